package io.godev.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.api.v1alpha1.GoDevEnvironment;
import org.junit.jupiter.api.Test;

class PortRoutesTest {
  private final Sight sight = new Sight();

  @Test
  void aLoadBalancerIsLocalhostOnDockerDesktop() {
    assertThat(sight.of(new PortRoutes()))
        .isEqualTo(
            Finding.ok(
                "PortRoutes",
                "\"godev forward\" works; LoadBalancer gives localhost:PORT; NodePort is not promised"));
  }

  @Test
  void elsewhereItDependsOnTheCluster() {
    assertThat(sight.with(Sight.node("n", "", "", "", "8Gi")).of(new PortRoutes()).seen())
        .contains("LoadBalancer works if something in the cluster gives addresses to Services");
  }

  @Test
  void localhostHasAPortOnce() {
    // When
    var finding =
        sight.with(exposed("one", 8080, "TCP"), exposed("two", 8080, "TCP")).of(new PortRoutes());

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
    assertThat(finding.seen()).contains("8080/TCP is wanted by one and two");
    assertThat(finding.remedy()).contains("spec.run.ports");
  }

  @Test
  void otherPortsProtocolsAndExposuresAreNoClash() {
    // When
    var finding =
        sight
            .with(
                exposed("one", 8080, "TCP"),
                exposed("two", 8080, "UDP"),
                exposed("three", 8081, "TCP"),
                Sight.environment("four", "run: {ports: [{name: a, containerPort: 8080}]}", ""),
                Sight.environment("five", "", ""))
            .of(new PortRoutes());

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.OK);
  }

  private static GoDevEnvironment exposed(String name, int port, String protocol) {
    return Sight.environment(
        name,
        "run: {ports: [{name: a, containerPort: 9000, port: %d, protocol: %s, expose: LoadBalancer}]}"
            .formatted(port, protocol),
        "");
  }
}
