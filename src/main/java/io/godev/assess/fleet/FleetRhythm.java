package io.godev.assess.fleet;

import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.GoDevFleetStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * When a fleet's status is worth a write: at once if it says something else, and every few seconds
 * if only numbers have changed. So many members that start together do not cost a write each.
 */
public final class FleetRhythm {
  static final Duration PAUSE = Duration.ofSeconds(5);

  private FleetRhythm() {}

  /**
   * How long to wait before the status is written: zero for at once.
   *
   * @param written what the status says
   * @param last when it was written, or null if that was not by this process
   */
  public static Duration delay(
      GoDevFleetStatus written, GoDevFleetStatus status, Instant last, Instant now) {
    if (last == null || !isNumbersOnly(written, status)) {
      return Duration.ZERO;
    }
    var left = Duration.between(now, last.plus(PAUSE));
    return left.isNegative() ? Duration.ZERO : left;
  }

  private static boolean isNumbersOnly(GoDevFleetStatus one, GoDevFleetStatus other) {
    return Objects.equals(one.observedGeneration(), other.observedGeneration())
        && Objects.equals(words(one), words(other))
        && Objects.equals(one.template(), other.template())
        && Objects.equals(one.updating(), other.updating())
        && Objects.equals(one.kept(), other.kept());
  }

  private static List<String> words(GoDevFleetStatus status) {
    return status.conditions() == null
        ? List.of()
        : status.conditions().stream().map(FleetRhythm::word).toList();
  }

  private static String word(Condition condition) {
    return condition.type() + " " + condition.status() + " " + condition.reason();
  }
}
