package io.godev.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.Source.Host;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Where a folder is on the node; the rows of Docker Desktop are from its documentation and from
 * reports, not from a run.
 */
class HostPathTest {
  /**
   * distribution and host it shows | host in the spec | path | path on the node, or what is said.
   */
  private static final String TABLE =
      """
      DockerDesktopKubeadm WindowsWSL2 | Auto | C:\\Users\\Alice\\shop | /run/desktop/mnt/host/c/Users/Alice/shop
      DockerDesktopKubeadm WindowsWSL2 | Auto | D:\\Code\\My Shop | /run/desktop/mnt/host/d/Code/My Shop
      DockerDesktopKubeadm WindowsWSL2 | Auto | c:/Users/Alice/shop/ | /run/desktop/mnt/host/c/Users/Alice/shop
      DockerDesktopKubeadm Auto | WindowsWSL2 | C:\\Users\\Alice\\shop | /run/desktop/mnt/host/c/Users/Alice/shop
      DockerDesktopKubeadm WindowsWSL2 | Auto | /mnt/wsl/shop | /run/desktop/mnt/host/wsl/shop
      DockerDesktopKubeadm WindowsWSL2 | Auto | /home/me/shop | ! sudo mount --bind FOLDER /mnt/wsl/shop
      DockerDesktopKubeadm WindowsWSL2 | Auto | \\\\wsl$\\Ubuntu\\home\\me\\shop | ! sudo mount --bind FOLDER /mnt/wsl/shop
      DockerDesktopKubeadm WindowsWSL2 | Auto | \\\\wsl.localhost\\Ubuntu\\home\\me\\shop | ! is inside a distribution of WSL
      DockerDesktopKubeadm WindowsWSL2 | Auto | \\\\server\\share\\shop | ! is a folder of a network share or a device
      DockerDesktopKubeadm WindowsWSL2 | Auto | \\\\?\\C:\\Users\\Alice\\shop | ! is a folder of a network share or a device
      DockerDesktopKubeadm WindowsWSL2 | Auto | C:\\Users\\..\\..\\Windows | ! has a part ".."
      DockerDesktopKubeadm WindowsWSL2 | Auto | C:shop | ! is no full path of a folder
      DockerDesktopKubeadm WindowsWSL2 | Auto | shop | ! is no full path of a folder
      DockerDesktopKubeadm Auto | WindowsHyperV | C:\\Users\\Alice\\shop | /host_mnt/c/Users/Alice/shop
      DockerDesktopKubeadm Auto | WindowsHyperV | /home/me/shop | ! is no path of Windows
      DockerDesktopKubeadm Auto | Auto | C:\\Users\\Alice\\shop | ! set spec.source.hostPath.host to WindowsHyperV or WindowsWSL2
      DockerDesktopKubeadm Auto | Auto | /Users/alice/shop | ! set spec.source.hostPath.host to MacOS or Linux
      DockerDesktopKubeadm Auto | MacOS | /Users/alice/shop | /Users/alice/shop
      DockerDesktopKubeadm Auto | MacOS | C:\\Users\\Alice\\shop | ! spec.source.hostPath.host is MacOS
      DockerDesktopKubeadm Auto | Linux | /home/alice/shop | /host_mnt/home/alice/shop
      DockerDesktopKubeadm Auto | Linux | /home/alice/../bob | ! has a part ".."
      DockerDesktopKind WindowsWSL2 | Auto | C:\\Users\\Alice\\shop | !! (desktop-control-plane, provisioner kind) cannot see folders of your machine. Use spec.source.sync with "godev sync", or switch Docker Desktop's Kubernetes to kubeadm
      DockerDesktopKind Auto | MacOS | /Users/alice/shop | !! cannot see folders of your machine
      Kind WindowsWSL2 | Auto | C:\\Users\\Alice\\shop | !! Use spec.source.sync with "godev sync"
      Kind Auto | Auto | /srv/shop | /srv/shop
      Minikube Auto | WindowsHyperV | C:\\Users\\Alice\\shop | !! Use spec.source.sync with "godev sync"
      RancherDesktop WindowsWSL2 | Auto | C:\\Users\\Alice\\shop | /mnt/c/Users/Alice/shop
      Other Auto | Auto | /srv/shop | /srv/shop
      Other Auto | Auto | /srv//shop | ! is no full path of a folder
      Other Auto | Auto | /srv/./shop | ! is no full path of a folder
      Other Auto | Auto | /srv/shop/ | ! is no full path of a folder
      Other Auto | Auto | / | ! is no full path of a folder
      Other Auto | Auto | C:\\Users\\Alice\\shop | !! Use spec.source.sync with "godev sync"
      """;

  record Row(Platform platform, Host host, String path, String expected) {}

  static Stream<Row> rows() {
    return TABLE.lines().map(line -> line.split(" \\| ")).map(HostPathTest::row);
  }

  private static Row row(String[] cells) {
    var platform = cells[0].split(" ");
    return new Row(
        new Platform(
            Distribution.valueOf(platform[0]),
            Host.valueOf(platform[1]),
            "desktop-control-plane",
            "v1.34.0",
            "containerd://2.1.3",
            new Quantity("8Gi")),
        Host.valueOf(cells[1]),
        cells[2],
        cells[3]);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aFolderIsFoundOnTheNodeOrItsRemedyIsTold(Row row) {
    // When
    var found = HostPath.of(row.path(), row.host(), row.platform());

    // Then
    if (row.expected().startsWith("!")) {
      var refused = (HostPath.Refused) found;
      assertThat(refused.message()).contains(row.expected().replaceFirst("^!!? ", ""));
      assertThat(refused.obstacle())
          .isEqualTo(
              row.expected().startsWith("!!")
                  ? HostPath.Obstacle.NoHostMounts
                  : HostPath.Obstacle.NoPath);
    } else {
      assertThat(found).isEqualTo(new HostPath.OnNode(row.expected()));
    }
  }
}
