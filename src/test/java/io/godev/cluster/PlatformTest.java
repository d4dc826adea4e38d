package io.godev.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.Source.Host;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every row of what is known of nodes; those of Docker Desktop are from reports, not from a run.
 */
class PlatformTest {
  /** name | osImage | kernel | runtime | kubelet | provider | label | distribution | host. */
  private static final String TABLE =
      """
      docker-desktop | Docker Desktop | 6.6.87.2-microsoft-standard-WSL2 | docker://29.0.1 | v1.34.1 | - | - | DockerDesktopKubeadm | WindowsWSL2
      docker-desktop | Docker Desktop | 6.18.33.1-microsoft-standard-WSL2 | docker://29.0.1 | v1.34.1 | - | - | DockerDesktopKubeadm | WindowsWSL2
      docker-desktop | Docker Desktop | 6.12.54-linuxkit | docker://29.0.1 | v1.34.1 | - | - | DockerDesktopKubeadm | Auto
      renamed | Docker Desktop | 6.12.54-linuxkit | docker://28.0.0 | v1.32.2 | - | - | DockerDesktopKubeadm | Auto
      desktop-control-plane | Debian GNU/Linux 12 (bookworm) | 6.6.87.2-microsoft-standard-WSL2 | containerd://1.7.27 | v1.34.1 | kind://docker/desktop/desktop-control-plane | - | DockerDesktopKind | WindowsWSL2
      desktop-worker2 | Debian GNU/Linux 12 (bookworm) | 6.12.54-linuxkit | containerd://2.1.3 | v1.36.1 | kind://docker/desktop/desktop-worker2 | - | DockerDesktopKind | Auto
      kind-control-plane | Debian GNU/Linux 12 (bookworm) | 6.6.87.2-microsoft-standard-WSL2 | containerd://2.1.3 | v1.34.0 | kind://docker/kind/kind-control-plane | - | Kind | WindowsWSL2
      shop-worker | Debian GNU/Linux 12 (bookworm) | 6.12.54-linuxkit | containerd://2.1.3 | v1.34.0 | kind://podman/shop/shop-worker | - | Kind | Auto
      minikube | Ubuntu 22.04.5 LTS | 6.12.54-linuxkit | docker://28.4.0 | v1.34.0 | - | minikube.k8s.io/name | Minikube | Auto
      alice-pc | Rancher Desktop WSL Distribution | 6.6.87.2-microsoft-standard-WSL2 | containerd://2.1.3 | v1.33.5+k3s1 | - | - | RancherDesktop | WindowsWSL2
      lima-rancher-desktop | Alpine Linux v3.21 | 6.6.71-0-virt | docker://28.0.0 | v1.33.5+k3s1 | k3s://lima-rancher-desktop | - | RancherDesktop | Auto
      k3d-shop-server-0 | K3s v1.33.5+k3s1 | 6.12.54-linuxkit | containerd://2.1.3 | v1.33.5+k3s1 | k3s://k3d-shop-server-0 | - | K3s | Auto
      ip-10-0-0-1 | Amazon Linux 2023 | 6.1.0 | containerd://2.1.3 | v1.34.0 | aws:///eu/i-1 | - | Other | Auto
      desktop-control-plane | Ubuntu 24.04 LTS | 6.8.0 | cri-o://1.34.0 | v1.34.0 | - | - | Other | Auto
      """;

  record Row(NodeFacts node, Distribution distribution, Host host) {}

  static Stream<Row> rows() {
    return TABLE.lines().map(line -> line.split("\\s*\\|\\s*")).map(PlatformTest::row);
  }

  private static Row row(String[] cells) {
    return new Row(
        new NodeFacts(
            cells[0],
            cells[1],
            cells[2],
            cells[3],
            cells[4],
            cells[5].equals("-") ? "" : cells[5],
            cells[6].equals("-") ? Map.of() : Map.of(cells[6], ""),
            new Quantity("8Gi")),
        Distribution.valueOf(cells[7]),
        Host.valueOf(cells[8]));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aPlatformIsKnownByItsNodes(Row row) {
    // When
    var platform = Platform.of(List.of(row.node()));

    // Then
    assertThat(platform.distribution()).isEqualTo(row.distribution());
    assertThat(platform.host()).isEqualTo(row.host());
  }

  @Test
  void theNodeThatIsNamedIsTheSameWhateverTheirOrder() {
    // Given
    var nodes = rows().map(Row::node).filter(node -> node.name().startsWith("desktop-")).toList();

    // When
    var platform = Platform.of(nodes);

    // Then
    assertThat(platform.node()).isEqualTo("desktop-control-plane");
    assertThat(platform.distribution()).isEqualTo(Distribution.DockerDesktopKind);
  }

  @Test
  void aClusterWhoseNodesAreNotSeenIsAnyCluster() {
    assertThat(Platform.UNKNOWN)
        .isEqualTo(new Platform(Distribution.Other, Host.Auto, "", "", "", new Quantity("0")));
  }

  @Test
  void aNodeThatSaysNothingIsRead() {
    // When
    var facts =
        NodeFacts.of(new NodeBuilder().withNewMetadata().withName("n").endMetadata().build());

    // Then
    assertThat(facts)
        .isEqualTo(new NodeFacts("n", "", "", "", "", "", Map.of(), new Quantity("0")));
  }
}
