package io.godev.resolve.advice;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.Run.Protocol;
import io.godev.api.v1alpha1.Source;
import io.godev.cluster.Distribution;
import io.godev.cluster.Platform;
import io.godev.plan.Environments;
import io.godev.resolve.advice.Situation.ExternalPort;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExternalPortTakenTest {
  private static final String SPEC =
      """
      run:
        ports:
        - {name: http, port: 80, containerPort: 8080, expose: LoadBalancer}
        - {name: admin, containerPort: 9090}
      """;

  @Test
  void itSpeaksOfTheOtherByName() {
    assertThat(said(Distribution.DockerDesktopKind, 80, Protocol.TCP))
        .hasValueSatisfying(
            advice -> assertThat(advice.message()).endsWith("(http: 80, as team/other)"));
    assertThat(said(Distribution.DockerDesktopKubeadm, 80, Protocol.TCP)).isPresent();
  }

  @Test
  void itIsSilentWhereBothHaveTheirs() {
    assertThat(said(Distribution.DockerDesktopKind, 8080, Protocol.TCP)).isEmpty();
    assertThat(said(Distribution.DockerDesktopKind, 9090, Protocol.TCP)).isEmpty();
    assertThat(said(Distribution.DockerDesktopKind, 80, Protocol.UDP)).isEmpty();
    // each load balancer has an address of its own
    assertThat(said(Distribution.Other, 80, Protocol.TCP)).isEmpty();
  }

  private static Optional<Advice> said(Distribution distribution, int port, Protocol protocol) {
    var platform =
        new Platform(distribution, Source.Host.Auto, "node", "v1.34.1", "", new Quantity("8Gi"));
    var environment = Environments.resolved(Environments.environment(SPEC), platform);
    return new ExternalPortTaken()
        .check(
            Situation.of(environment, Instant.EPOCH)
                .beside(List.of(new ExternalPort(port, protocol, "team/other"))));
  }
}
