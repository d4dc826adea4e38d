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
  private static final Platform WSL2 =
      new Platform(
          Distribution.DockerDesktopKubeadm,
          Source.Host.WindowsWSL2,
          "docker-desktop",
          "v1.34.1",
          "docker://29.0.1");

  @Test
  void itSpeaksOfTheNodeByName() {
    assertThat(said(WSL2, new Quantity("3980Mi")))
        .hasValueSatisfying(
            advice -> assertThat(advice.message()).endsWith("(docker-desktop on WSL2 has 3980Mi)"));
    assertThat(said(Platform.UNKNOWN, new Quantity("4194303Ki")))
        .hasValueSatisfying(
            advice -> assertThat(advice.message()).endsWith("(the largest node has 4194303Ki)"));
  }

  @Test
  void itIsSilentWhereItFitsOrNobodyKnows() {
    assertThat(said(WSL2, new Quantity("4Gi"))).isEmpty();
    assertThat(said(WSL2, new Quantity("4194304Ki"))).isEmpty();
    assertThat(said(WSL2, null)).isEmpty();
  }

  private static Optional<Advice> said(Platform platform, Quantity memory) {
    var environment = Environments.environment("resources: {limits: {memory: 4Gi}}");
    return new MoreMemoryThanTheNode()
        .check(
            Situation.of(Environments.resolved(environment, platform), Instant.EPOCH).with(memory));
  }
}
