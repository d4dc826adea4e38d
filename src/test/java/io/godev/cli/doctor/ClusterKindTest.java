package io.godev.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ClusterKindTest {
  private final Sight sight = new Sight();

  static Stream<Arguments> nodes() {
    return Stream.of(
        Arguments.of(
            Sight.dockerDesktop(Sight.WSL2, "8Gi"),
            "Docker Desktop (kubeadm) on Windows with WSL2; node docker-desktop"),
        Arguments.of(
            Sight.dockerDesktop(Sight.LINUXKIT, "8Gi"),
            "Docker Desktop (kubeadm), which does not show whether on macOS, on Linux or on Windows with Hyper-V;"
                + " node docker-desktop"),
        Arguments.of(
            Sight.dockerDesktopKind(),
            "Docker Desktop (kind) on Windows with WSL2; node desktop-control-plane"),
        Arguments.of(
            Sight.node("ip-1", "Amazon Linux 2023", "6.1.0", "containerd://2.1.3", "8Gi"),
            "a Kubernetes that its nodes do not name; node ip-1"));
  }

  @ParameterizedTest
  @MethodSource("nodes")
  void theClusterHasAName(Node node, String words) {
    assertThat(sight.with(node).of(new ClusterKind())).isEqualTo(Finding.ok("ClusterKind", words));
  }

  @Test
  void manyNodesAreCounted() {
    // Given
    var nodes =
        Stream.of("f", "e", "d", "c", "b", "a")
            .map(name -> Sight.node(name, "", "", "", "8Gi"))
            .toArray(Node[]::new);

    // When
    var finding = sight.with(nodes).of(new ClusterKind());

    // Then
    assertThat(finding.seen()).endsWith("; 6 nodes a, b, c, d, e, …");
  }

  @Test
  void aClusterWithoutNodesFails() {
    assertThat(sight.with(new Node[0]).of(new ClusterKind()).verdict()).isEqualTo(Verdict.FAIL);
  }

  @Test
  void whoMayNotSeeNodesHasItFromTheOperator() {
    // Given
    sight.nodes = Sight.forbidden();
    sight.with(
        Sight.environment(
            "shop", "", "platform: {distribution: DockerDesktopKind, host: WindowsWSL2}"));

    // When
    var finding = sight.of(new ClusterKind());

    // Then
    assertThat(finding)
        .isEqualTo(
            Finding.ok(
                "ClusterKind", "Docker Desktop (kind) on Windows with WSL2; so says the operator"));
  }

  @Test
  void whatNobodyTellsIsNotKnown() {
    // Given
    sight.nodes = Sight.forbidden();

    // When
    var finding = sight.of(new ClusterKind());

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
    assertThat(finding.seen()).isEqualTo("not known: " + Sight.FORBIDDEN);
    assertThat(finding.remedy()).contains("ask who runs the cluster");
  }
}
