package io.godev.assess;

import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.Reason;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * News that is worth an Event: a failure, or that the last one is over. A start that goes well is
 * none.
 *
 * @param warning whether it is a failure
 * @param reason of the Event
 * @param message of the Event
 */
public record Announcement(boolean warning, String reason, String message) {

  // nobody has to act, but somebody who waits wants to know
  private static final Set<String> WORTH_KNOWING =
      Set.of(
          Reason.NodesUnknown.name(),
          Reason.Unschedulable.name(),
          Reason.VolumePending.name(),
          Reason.NotAnswering.name(),
          Reason.Evicted.name(),
          Reason.PodLost.name());

  /** What is news in a status, given the one before it (or null). */
  public static Optional<Announcement> between(
      GoDevEnvironmentStatus before, GoDevEnvironmentStatus after) {
    var ready = after.condition(ConditionType.Ready);
    var failed = isFailure(ready);
    if (failed && !sameFailure(before, ready)) {
      return Optional.of(new Announcement(true, ready.reason(), ready.message()));
    }
    if (isWell(ready) && before != null && hasFailed(before)) {
      return Optional.of(
          new Announcement(
              false, "Recovered", "What stood in the way is gone. " + ready.message()));
    }
    return Lifetime.news(before, after);
  }

  private static boolean isFailure(Condition ready) {
    return !ready.holds()
        && (Acting.isForSomebody(ready.reason()) || WORTH_KNOWING.contains(ready.reason()));
  }

  private static boolean sameFailure(GoDevEnvironmentStatus before, Condition ready) {
    if (before == null || before.condition(ConditionType.Ready) == null) {
      return false;
    }
    var last = before.condition(ConditionType.Ready);
    return last.reason().equals(ready.reason()) && last.message().equals(ready.message());
  }

  // a suspended environment is as it was asked for, which says nothing of what had failed
  private static boolean isWell(Condition ready) {
    return ready.holds() && !Reason.isSuspension(ready.reason());
  }

  // whether somebody had to act at any time since it was last ready
  private static boolean hasFailed(GoDevEnvironmentStatus before) {
    var ready = before.condition(ConditionType.Ready);
    var stalled = before.condition(ConditionType.Stalled);
    return ready != null
        && stalled != null
        && !ready.holds()
        && (stalled.holds() || changed(stalled).isAfter(changed(ready)));
  }

  private static Instant changed(Condition condition) {
    return Instant.parse(condition.lastTransitionTime());
  }
}
