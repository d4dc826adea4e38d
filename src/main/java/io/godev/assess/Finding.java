package io.godev.assess;

import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.Condition.Status;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A condition before it is known whether it is news.
 *
 * @param since when the cluster says it came about; the time of the pass if the cluster does not
 *     say
 */
record Finding(ConditionType type, Status status, String reason, String message, Instant since) {

  // the API conventions' limit of metav1.Condition
  private static final int MESSAGE_LIMIT = 32_768;

  static Finding holds(ConditionType type, Reason reason, String message, Instant since) {
    return holds(type, reason.name(), message, since);
  }

  static Finding holds(ConditionType type, String reason, String message, Instant since) {
    return new Finding(type, Status.True, reason, message, since);
  }

  static Finding fails(ConditionType type, String reason, String message, Instant since) {
    return new Finding(type, Status.False, reason, message, since);
  }

  static Finding open(ConditionType type, Reason reason, String message, Instant since) {
    return new Finding(type, Status.Unknown, reason.name(), message, since);
  }

  /** What was found before and is still so. */
  static Finding again(Condition before, Instant now) {
    return new Finding(before.type(), before.status(), before.reason(), before.message(), now);
  }

  boolean isTrue() {
    return status == Status.True;
  }

  /** The condition; its transition time is the previous one's unless the status changed. */
  Condition after(Condition previous, Long generation, Instant now) {
    var time =
        previous != null && previous.status() == status
            ? previous.lastTransitionTime()
            : transition(previous, now).truncatedTo(ChronoUnit.SECONDS).toString();
    var text =
        message.length() <= MESSAGE_LIMIT ? message : message.substring(0, MESSAGE_LIMIT - 1) + "…";
    return new Condition(type, status, reason, text, generation, time);
  }

  // what holds again holds since now, whatever the cluster says of the first time
  private Instant transition(Condition previous, Instant now) {
    return previous != null && since.isBefore(Instant.parse(previous.lastTransitionTime()))
        ? now
        : since;
  }
}
