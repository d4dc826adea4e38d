package io.godev.resolve.advice;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.Source;
import io.godev.cluster.Distribution;
import io.godev.cluster.Platform;
import io.godev.plan.Environments;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MoreMemoryThanTheNodeTest {
  @Test
  void itSpeaksOfWhatTheLargestNodeHas() {
    assertThat(said(Source.Host.WindowsWSL2, "3980Mi"))
        .hasValueSatisfying(
            advice ->
                assertThat(advice.message()).endsWith("(the largest node, on WSL2, has 3980Mi)"));
    assertThat(said(Source.Host.Auto, "4194303Ki"))
        .hasValueSatisfying(
            advice -> assertThat(advice.message()).endsWith("(the largest node has 4194303Ki)"));
  }

  @Test
  void itIsSilentWhereItFitsOrNobodyKnows() {
    assertThat(said(Source.Host.WindowsWSL2, "4Gi")).isEmpty();
    assertThat(said(Source.Host.WindowsWSL2, "4194304Ki")).isEmpty();
    assertThat(said(Platform.UNKNOWN)).isEmpty();
    // a node whose kubelet has not reported yet
    assertThat(said(Source.Host.WindowsWSL2, "0")).isEmpty();
  }

  private static Optional<Advice> said(Source.Host host, String memory) {
    return said(
        new Platform(
            Distribution.DockerDesktopKubeadm,
            host,
            "docker-desktop",
            "v1.34.1",
            "docker://29.0.1",
            new Quantity(memory)));
  }

  private static Optional<Advice> said(Platform platform) {
    var environment = Environments.environment("resources: {limits: {memory: 4Gi}}");
    return new MoreMemoryThanTheNode()
        .check(Situation.of(Environments.resolved(environment, platform), Instant.EPOCH));
  }
}
