package io.godev.cli.doctor;

import io.fabric8.kubernetes.api.model.Node;
import io.godev.api.v1alpha1.Source.Host;
import io.godev.cluster.Platform;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which Kubernetes this is, and on what system. */
final class ClusterKind implements Check {
  private static final String NAME = "ClusterKind";

  @Override
  public Stream<Finding> check(Seen seen) {
    var words = seen.platform().map(ClusterKind::words).orElse("");
    return Stream.of(
        seen.nodes()
            .either(
                nodes ->
                    nodes.isEmpty()
                        ? Finding.fail(
                            NAME,
                            "the cluster has no node",
                            "start one, or choose another cluster with --context")
                        : Finding.ok(NAME, words + "; " + nodes(nodes)),
                () -> Finding.unknown(NAME, "the API server knows no nodes"),
                why ->
                    words.isEmpty()
                        ? Finding.unknown(NAME, why)
                        : Finding.ok(NAME, words + "; so says the operator")));
  }

  private static String words(Platform platform) {
    var kind = platform.distribution().words();
    if (platform.host() == Host.WindowsWSL2) {
      return kind + " on Windows with WSL2";
    }
    return platform.distribution().isDockerDesktop()
        ? kind + ", which does not show whether on macOS, on Linux or on Windows with Hyper-V"
        : kind;
  }

  private static String nodes(List<Node> nodes) {
    return (nodes.size() == 1 ? "node " : nodes.size() + " nodes ")
        + nodes.stream()
            .map(node -> node.getMetadata().getName())
            .sorted()
            .limit(5)
            .collect(Collectors.joining(", "))
        + (nodes.size() > 5 ? ", …" : "");
  }
}
