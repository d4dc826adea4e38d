package io.godev.assess;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What to say of a pod that ends or was lost. */
final class Losses {
  /** How long after its grace a pod is still expected to end by itself. */
  static final Duration UNREACHABLE_AFTER = Duration.ofSeconds(30);

  private static final String ANEW = "; it is made anew with the same volumes.";

  private Losses() {}

  /** What to say of the pod if it ends or was lost; empty if neither. */
  static Optional<Finding> of(Pod pod, Instant now) {
    if (pod == null) {
      return Optional.empty();
    }
    var ends = pod.getMetadata().getDeletionTimestamp() != null;
    if (isLost(pod.getStatus(), ends) && !(ends && isOverdue(pod, now))) {
      return Optional.of(lost(pod.getStatus(), now));
    }
    return ends ? Optional.of(ending(pod, now)) : Optional.empty();
  }

  /** Whether a reason is that of a pod that was lost. */
  static boolean isLoss(String reason) {
    return reason.equals(Reason.Evicted.name()) || reason.equals(Reason.PodLost.name());
  }

  static Finding ending(Pod pod, Instant now) {
    var finalizers = pod.getMetadata().getFinalizers();
    if (!finalizers.isEmpty()) {
      return fails(
          Reason.Terminating,
          "The pod ends, and is gone once nobody holds it any more: its finalizers are "
              + String.join(", ", finalizers)
              + ".",
          now);
    }
    if (isOverdue(pod, now)) {
      return fails(
          Reason.NodeUnreachable,
          "The pod was to end at "
              + end(pod)
              + " and does not: its node "
              + pod.getSpec().getNodeName()
              + " does not answer. Start the node again, or remove it from the cluster; if it is gone for"
              + " good: kubectl delete pod "
              + pod.getMetadata().getName()
              + " --force",
          now);
    }
    return disruption(pod.getStatus())
        .map(why -> fails(Reason.Evicted, "The pod was evicted (" + why + ")" + ANEW, now))
        .orElseGet(() -> fails(Reason.Terminating, "The pod ends; its volumes are kept.", now));
  }

  // the kubelet calls a pod that was deleted failed too, if its program did not end well, but
  // gives no reason
  private static boolean isLost(PodStatus status, boolean ends) {
    return status != null
        && "Failed".equals(status.getPhase())
        && (!ends || status.getReason() != null);
  }

  private static boolean isOverdue(Pod pod, Instant now) {
    return now.isAfter(end(pod).plus(UNREACHABLE_AFTER));
  }

  // the time of deletion is that of the end of the grace
  private static Instant end(Pod pod) {
    return Instant.parse(pod.getMetadata().getDeletionTimestamp());
  }

  private static Finding lost(PodStatus status, Instant now) {
    var why =
        joined(status.getReason(), status.getMessage())
            .or(() -> disruption(status))
            .orElse("no reason given");
    var reason = "Evicted".equals(status.getReason()) ? Reason.Evicted : Reason.PodLost;
    return fails(reason, "The pod was lost (" + why + ")" + ANEW, now);
  }

  // who ends a pod for another reason than that it is wanted no more says so in this condition:
  // https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions
  private static Optional<String> disruption(PodStatus status) {
    return status == null
        ? Optional.empty()
        : status.getConditions().stream()
            .filter(condition -> condition.getType().equals("DisruptionTarget"))
            .filter(condition -> "True".equals(condition.getStatus()))
            .findFirst()
            .flatMap(condition -> joined(condition.getReason(), condition.getMessage()));
  }

  private static Optional<String> joined(String reason, String message) {
    return Optional.of(
            Stream.of(reason, message).filter(Objects::nonNull).collect(Collectors.joining(": ")))
        .filter(text -> !text.isEmpty());
  }

  private static Finding fails(Reason reason, String message, Instant now) {
    return Finding.fails(ConditionType.Ready, reason.name(), message, now);
  }
}
