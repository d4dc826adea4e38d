package io.godev.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import org.junit.jupiter.api.Test;

class NodesReadyTest {
  private final Sight sight = new Sight();

  @Test
  void aReadyNodeIsFine() {
    assertThat(sight.of(new NodesReady())).isEqualTo(Finding.ok("NodesReady", "the node is ready"));
  }

  @Test
  void aClusterThatTakesNoPodsFails() {
    // When
    var finding = sight.with(notReady("one")).of(new NodesReady());

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(finding.seen())
        .isEqualTo("no node takes pods: one is not ready (container runtime is down)");
  }

  @Test
  void oneOfTwoThatIsNotReadyIsWorthAWarning() {
    // When
    var finding =
        sight.with(notReady("one"), Sight.node("two", "", "", "", "8Gi")).of(new NodesReady());

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
    assertThat(finding.seen()).startsWith("one is not ready");
  }

  @Test
  void pressureIsNamed() {
    // Given
    var node = Sight.dockerDesktop(Sight.WSL2, "8Gi");
    node.getStatus().getConditions().add(condition("DiskPressure", "True", ""));
    node.getStatus().getConditions().add(condition("MemoryPressure", "False", ""));

    // When
    var finding = sight.with(node).of(new NodesReady());

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
    assertThat(finding.seen()).isEqualTo("docker-desktop has DiskPressure");
  }

  @Test
  void nodesThatMayNotBeSeenAreSpokenOfOnceElsewhere() {
    // Given
    sight.nodes = Sight.forbidden();

    // Then
    assertThat(new NodesReady().check(sight.seen())).isEmpty();
  }

  private static Node notReady(String name) {
    var node = Sight.node(name, "", "", "", "8Gi");
    node.getStatus().getConditions().clear();
    node.getStatus().getConditions().add(condition("Ready", "False", "container runtime is down"));
    return node;
  }

  private static NodeCondition condition(String type, String status, String message) {
    return new NodeConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withMessage(message)
        .build();
  }
}
