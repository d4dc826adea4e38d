package io.godev.cli.doctor;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import java.util.List;
import java.util.stream.Stream;

/** Nodes take pods, and are short of nothing. */
final class NodesReady implements Check {
  private static final String NAME = "NodesReady";

  @Override
  public Stream<Finding> check(Seen seen) {
    return seen.nodes()
        .either(
            nodes -> nodes.isEmpty() ? Stream.empty() : Stream.of(judge(nodes)),
            // that they cannot be seen is said once, by ClusterKind
            Stream::empty,
            why -> Stream.empty());
  }

  private static Finding judge(List<Node> nodes) {
    var problems = nodes.stream().flatMap(NodesReady::problems).toList();
    var ready = nodes.stream().filter(NodesReady::isReady).count();
    if (ready == 0) {
      return Finding.fail(
          NAME,
          "no node takes pods: " + String.join("; ", problems),
          "wait if the cluster has just been started; else start it again");
    }
    return problems.isEmpty()
        ? Finding.ok(NAME, nodes.size() == 1 ? "the node is ready" : "all nodes are ready")
        : Finding.warn(
            NAME,
            String.join("; ", problems),
            "free what is short: pods are evicted from such a node, or not started on it");
  }

  private static Stream<String> problems(Node node) {
    var name = node.getMetadata().getName();
    return Stream.concat(
        isReady(node) ? Stream.empty() : Stream.of(name + " is not ready" + why(node)),
        conditions(node)
            .filter(condition -> condition.getType().endsWith("Pressure"))
            .filter(condition -> condition.getStatus().equals("True"))
            .map(condition -> name + " has " + condition.getType() + message(condition)));
  }

  private static boolean isReady(Node node) {
    return conditions(node)
        .anyMatch(
            condition ->
                condition.getType().equals("Ready") && condition.getStatus().equals("True"));
  }

  private static String why(Node node) {
    return conditions(node)
        .filter(condition -> condition.getType().equals("Ready"))
        .findFirst()
        .map(NodesReady::message)
        .orElse("");
  }

  private static String message(NodeCondition condition) {
    return condition.getMessage() == null || condition.getMessage().isEmpty()
        ? ""
        : " (" + condition.getMessage() + ")";
  }

  private static Stream<NodeCondition> conditions(Node node) {
    return node.getStatus() == null ? Stream.empty() : node.getStatus().getConditions().stream();
  }
}
