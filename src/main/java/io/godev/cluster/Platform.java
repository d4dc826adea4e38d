package io.godev.cluster;

import io.godev.api.v1alpha1.Source.Host;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Where the environments run.
 *
 * @param host the system of the developer's machine; {@link Host#Auto} where it does not show
 * @param node name of the first node by name, empty where no node is known
 * @param kubernetesVersion of that node's kubelet
 * @param containerRuntime of that node
 */
public record Platform(
    Distribution distribution,
    Host host,
    String node,
    String kubernetesVersion,
    String containerRuntime) {

  /** A cluster whose nodes the operator may not see. */
  public static final Platform UNKNOWN = of(List.of());

  /** Whether the system of the developer's machine shows. */
  public boolean showsItsHost() {
    return host != Host.Auto;
  }

  /** The platform that these nodes make. */
  public static Platform of(List<NodeFacts> nodes) {
    var first =
        nodes.stream()
            .min(Comparator.comparing(NodeFacts::name))
            .orElse(new NodeFacts("", "", "", "", "", "", Map.of()));
    return new Platform(
        Distribution.of(nodes),
        HostSystem.of(nodes),
        first.name(),
        first.kubeletVersion(),
        first.runtimeVersion());
  }
}
