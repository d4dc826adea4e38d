package io.godev.cli.doctor;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The operator is installed, and a replica of it is available. */
final class RunningOperator implements Check {
  private static final String NAME = "RunningOperator";

  @Override
  public Stream<Finding> check(Seen seen) {
    return Stream.of(
        seen.operator()
            .either(
                deployment -> judge(deployment, seen),
                () ->
                    Finding.fail(
                        NAME,
                        "no operator is installed",
                        "install it: kubectl apply --server-side -f install.yaml"),
                why -> byItsWork(why, seen)));
  }

  private static Finding judge(Deployment deployment, Seen seen) {
    var where = deployment.getMetadata().getNamespace() + "/" + deployment.getMetadata().getName();
    var images =
        deployment.getSpec().getTemplate().getSpec().getContainers().stream()
            .map(container -> container.getImage())
            .collect(Collectors.joining(", "));
    var status = deployment.getStatus();
    var available =
        status == null ? 0 : Objects.requireNonNullElse(status.getAvailableReplicas(), 0);
    if (available > 0) {
      return Finding.ok(
          NAME,
          "%s: %d of %d available, %s"
              .formatted(where, available, deployment.getSpec().getReplicas(), images));
    }
    if (Objects.equals(deployment.getSpec().getReplicas(), 0)) {
      return Finding.fail(
          NAME,
          where + " is scaled to 0 replicas",
          "kubectl -n %s scale deployment %s --replicas=1"
              .formatted(
                  deployment.getMetadata().getNamespace(), deployment.getMetadata().getName()));
    }
    var why = why(seen.operatorPods().orElse(List.of()));
    return Finding.fail(
        NAME,
        where + " (" + images + ") is not available" + (why.isEmpty() ? "" : ": " + why),
        why.contains("ImagePull") || why.contains("ErrImage")
            ? "let the nodes reach the registry, or build the images on this machine: make images"
            : "kubectl -n %s describe pods, and the log: kubectl -n %s logs deployment/%s"
                .formatted(
                    deployment.getMetadata().getNamespace(),
                    deployment.getMetadata().getNamespace(),
                    deployment.getMetadata().getName()));
  }

  // the first container that waits for more than its turn, else the pod that has no node
  private static String why(List<Pod> pods) {
    return Stream.concat(
            pods.stream()
                .map(Pod::getStatus)
                .filter(Objects::nonNull)
                .flatMap(status -> status.getContainerStatuses().stream())
                .filter(
                    container ->
                        container.getState() != null && container.getState().getWaiting() != null)
                .map(container -> container.getState().getWaiting())
                .map(waiting -> join(waiting.getReason(), waiting.getMessage())),
            pods.stream()
                .map(Pod::getStatus)
                .filter(Objects::nonNull)
                .map(PodStatus::getConditions)
                .flatMap(List::stream)
                .filter(
                    condition ->
                        condition.getType().equals("PodScheduled")
                            && condition.getStatus().equals("False"))
                .map(condition -> join(condition.getReason(), condition.getMessage())))
        .findFirst()
        .orElse("");
  }

  private static String join(String reason, String message) {
    return message == null || message.isEmpty() ? String.valueOf(reason) : reason + ", " + message;
  }

  // who may not look at the operator still sees what it did
  private static Finding byItsWork(String why, Seen seen) {
    var all = seen.environments().orElse(List.of());
    var current =
        all.stream()
            .filter(environment -> environment.getStatus() != null)
            .filter(
                environment ->
                    Objects.equals(
                        environment.getStatus().observedGeneration(),
                        environment.getMetadata().getGeneration()))
            .count();
    return !all.isEmpty() && current == all.size()
        ? Finding.ok(
            NAME,
            "it has seen every environment of %s as it is; more is not known: %s"
                .formatted(seen.namespace(), why))
        : Finding.unknown(NAME, why);
  }
}
