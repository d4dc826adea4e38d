package io.godev.cluster;

import io.godev.api.v1alpha1.Source.Host;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a folder of the developer's machine is on the node.
 *
 * <p>What is said of Docker Desktop is from its documentation and from reports of its users, and
 * was not tried on it: {@code docs/guide/docker-desktop.md} has the table with its sources.
 */
public sealed interface HostPath {

  /** The folder's path on the node. */
  record OnNode(String path) implements HostPath {}

  /**
   * It cannot be reached there.
   *
   * @param obstacle why
   * @param message what is wrong and what to do, without the field's name
   */
  record Refused(Obstacle obstacle, String message) implements HostPath {}

  /** Why a folder cannot be reached. */
  enum Obstacle {
    /** The path itself is no path of a folder on that system. */
    NoPath,
    /** The cluster's nodes do not see the machine's folders. */
    NoHostMounts
  }

  Pattern DRIVE = Pattern.compile("([A-Za-z]):[\\\\/](.+)");

  /**
   * The way from a path as the developer writes it to the node.
   *
   * @param host as the spec says, {@link Host#Auto} to take it from the platform
   */
  static HostPath of(String path, Host host, Platform platform) {
    var on = host == Host.Auto ? platform.host() : host;
    if (platform.distribution() == Distribution.DockerDesktopKind) {
      return new Refused(
          Obstacle.NoHostMounts,
          "this cluster's nodes ("
              + platform.node()
              + ", provisioner kind) cannot see folders of your machine. Use spec.source.sync with \"godev sync\","
              + " or switch Docker Desktop's Kubernetes to kubeadm");
    }
    if (path.startsWith("\\\\")) {
      return network(path);
    }
    if (Arrays.asList(path.split("[\\\\/]")).contains("..")) {
      return noPath(path + " has a part \"..\"; write the folder's full path");
    }
    var drive = DRIVE.matcher(path);
    if (drive.matches()) {
      return windows(
          drive.group(1).toLowerCase(Locale.ROOT), drive.group(2).replace('\\', '/'), on, platform);
    }
    return path.matches("(/([^/.][^/]*|[.][^/.][^/]*))+")
        ? unix(path, on, platform)
        : noPath(
            path
                + " is no full path of a folder; write one such as C:\\Users\\me\\shop or /home/me/shop");
  }

  private static HostPath windows(String drive, String rest, Host host, Platform platform) {
    var folder = rest.replaceAll("/+$", "").replaceAll("/+", "/");
    if (platform.distribution() == Distribution.DockerDesktopKubeadm) {
      return switch (host) {
        case WindowsWSL2 -> new OnNode("/run/desktop/mnt/host/" + drive + "/" + folder);
        case WindowsHyperV -> new OnNode("/host_mnt/" + drive + "/" + folder);
        case Auto ->
            noPath(
                "this cluster's nodes do not show what they run on; set spec.source.hostPath.host to"
                    + " WindowsHyperV or WindowsWSL2");
        case MacOS, Linux ->
            noPath(
                "a path with a drive is one of Windows, and spec.source.hostPath.host is " + host);
      };
    }
    if (host == Host.WindowsWSL2 && platform.distribution() == Distribution.RancherDesktop) {
      // the distribution of WSL that is the node mounts the drives itself
      return new OnNode("/mnt/" + drive + "/" + folder);
    }
    return new Refused(
        Obstacle.NoHostMounts,
        "the nodes of "
            + platform.distribution().words()
            + " are not known to see folders of Windows. Use spec.source.sync with \"godev sync\"");
  }

  private static HostPath unix(String path, Host host, Platform platform) {
    if (platform.distribution() != Distribution.DockerDesktopKubeadm) {
      // a folder of the node itself, whatever that is
      return new OnNode(path);
    }
    return switch (host) {
      case MacOS -> new OnNode(path);
      case Linux -> new OnNode("/host_mnt" + path);
      case WindowsWSL2 -> insideWsl(path);
      case WindowsHyperV ->
          noPath(path + " is no path of Windows; write one such as C:\\Users\\me\\shop");
      case Auto ->
          noPath(
              "Docker Desktop's nodes look alike on macOS and Linux; set spec.source.hostPath.host to MacOS or"
                  + " Linux");
    };
  }

  // /mnt/wsl is shared among the distributions of WSL, that of Docker Desktop too
  private static HostPath insideWsl(String path) {
    return path.startsWith("/mnt/wsl/")
        ? new OnNode("/run/desktop/mnt/host/wsl/" + path.substring("/mnt/wsl/".length()))
        : noPath(inADistribution(path));
  }

  private static HostPath network(String path) {
    var lower = path.toLowerCase(Locale.ROOT);
    if (lower.startsWith("\\\\wsl$\\") || lower.startsWith("\\\\wsl.localhost\\")) {
      return noPath(inADistribution(path));
    }
    return noPath(
        path
            + " is a folder of a network share or a device, which nodes cannot reach; copy it to a drive such as C:,"
            + " or use spec.source.sync with \"godev sync\"");
  }

  private static String inADistribution(String path) {
    return path
        + " is inside a distribution of WSL, which the nodes cannot reach. There run: sudo mkdir -p /mnt/wsl/shop &&"
        + " sudo mount --bind FOLDER /mnt/wsl/shop, and write /mnt/wsl/shop (until WSL is shut down); or use"
        + " spec.source.sync with \"godev sync\", which needs none of it";
  }

  private static Refused noPath(String message) {
    return new Refused(Obstacle.NoPath, message);
  }

  /** Whether a folder of a node is another one or below it. */
  static boolean isWithin(String folder, String path) {
    return path.equals(folder) || path.startsWith(folder + "/");
  }
}
