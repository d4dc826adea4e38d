package io.godev.assess;

import io.fabric8.kubernetes.api.model.Pod;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What to say of a pod that ends or was lost. */
final class Losses {
  /** How long after its grace a pod is still expected to end by itself. */
  static final Duration UNREACHABLE_AFTER = Duration.ofSeconds(30);

  private Losses() {}

  static Finding ending(Pod pod, Instant now) {
    // the time of deletion is that of the end of the grace
    var end = Instant.parse(pod.getMetadata().getDeletionTimestamp());
    if (now.isAfter(end.plus(UNREACHABLE_AFTER))) {
      return fails(
          Reason.NodeUnreachable,
          "The pod was to end at "
              + end
              + " and does not: its node "
              + pod.getSpec().getNodeName()
              + " does not answer. Start the node again, or remove it from the cluster; if it is gone for"
              + " good: kubectl delete pod "
              + pod.getMetadata().getName()
              + " --force",
          now);
    }
    return fails(Reason.Terminating, "The pod ends; its volumes are kept.", now);
  }

  static Finding failed(Pod pod, Instant now) {
    var status = pod.getStatus();
    var why =
        Stream.of(status.getReason(), status.getMessage())
            .filter(Objects::nonNull)
            .collect(
                Collectors.collectingAndThen(
                    Collectors.joining(": "), text -> text.isEmpty() ? "no reason given" : text));
    var reason = "Evicted".equals(status.getReason()) ? Reason.Evicted : Reason.PodLost;
    return fails(
        reason, "The pod was lost (" + why + "); it is made anew with the same volumes.", now);
  }

  private static Finding fails(Reason reason, String message, Instant now) {
    return Finding.fails(ConditionType.Ready, reason.name(), message, now);
  }
}
