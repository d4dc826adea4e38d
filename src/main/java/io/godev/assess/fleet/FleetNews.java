package io.godev.assess.fleet;

import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevFleetStatus;
import io.godev.assess.Announcement;
import java.util.Optional;

/** News of a fleet that is worth an Event: that somebody has to act, or that nobody has to more. */
public final class FleetNews {
  private FleetNews() {}

  /** What is news in a status, given the one before it. */
  public static Optional<Announcement> between(GoDevFleetStatus before, GoDevFleetStatus after) {
    var ready = after.condition(ConditionType.Ready);
    var last = before.condition(ConditionType.Ready);
    if (isStalled(after) && !(isStalled(before) && last.reason().equals(ready.reason()))) {
      return Optional.of(new Announcement(true, ready.reason(), ready.message()));
    }
    return ready.holds() && isStalled(before)
        ? Optional.of(
            new Announcement(
                false, "Recovered", "What stood in the way is gone. " + ready.message()))
        : Optional.empty();
  }

  private static boolean isStalled(GoDevFleetStatus status) {
    var stalled = status.condition(ConditionType.Stalled);
    return stalled != null && stalled.holds();
  }
}
