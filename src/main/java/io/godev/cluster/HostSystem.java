package io.godev.cluster;

import io.godev.api.v1alpha1.Source.Host;
import java.util.List;

/** The system of the machine that a cluster on a developer's machine runs on. */
final class HostSystem {
  private HostSystem() {}

  /**
   * The system as far as it shows: only the kernel of WSL2 says what it belongs to. Docker
   * Desktop's own kernel, linuxkit, is the same on macOS, Hyper-V and Linux.
   */
  static Host of(List<NodeFacts> nodes) {
    return nodes.stream().anyMatch(node -> node.kernelVersion().contains("microsoft-standard-WSL2"))
        ? Host.WindowsWSL2
        : Host.Auto;
  }
}
