package io.godev.cluster;

import io.fabric8.kubernetes.api.model.Quantity;
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
 * @param memory what the largest node has for pods; 0 where no node is known
 */
public record Platform(
    Distribution distribution,
    Host host,
    String node,
    String kubernetesVersion,
    String containerRuntime,
    Quantity memory) {

  private static final NodeFacts NO_NODE =
      new NodeFacts("", "", "", "", "", "", Map.of(), new Quantity("0"));

  /** A cluster whose nodes the operator may not see. */
  public static final Platform UNKNOWN = of(List.of());

  /** Whether no node is known. */
  public boolean hasNoNode() {
    return node.isEmpty();
  }

  /** Whether the system of the developer's machine shows. */
  public boolean showsItsHost() {
    return host != Host.Auto;
  }

  /** The platform that these nodes make. */
  public static Platform of(List<NodeFacts> nodes) {
    var first = nodes.stream().min(Comparator.comparing(NodeFacts::name)).orElse(NO_NODE);
    var largest = nodes.stream().map(NodeFacts::memory).max(Comparator.naturalOrder());
    return new Platform(
        Distribution.of(nodes),
        HostSystem.of(nodes),
        first.name(),
        first.kubeletVersion(),
        first.runtimeVersion(),
        largest.orElse(NO_NODE.memory()));
  }
}
