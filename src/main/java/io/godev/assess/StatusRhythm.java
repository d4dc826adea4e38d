package io.godev.assess;

import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When a new status is worth a write: at once, unless it only says that a start has come a step
 * further, which waits until that step has lasted a few seconds.
 *
 * <p>A quick start so costs two or three writes, a slow one shows where it is.
 */
public final class StatusRhythm {
  /** How long a step has to last to be told of before it is over. */
  static final Duration WORTH_TELLING = Duration.ofSeconds(5);

  private StatusRhythm() {}

  /** How long to wait before the status is written: zero for at once. */
  public static Duration delay(
      GoDevEnvironmentStatus written,
      GoDevEnvironmentStatus status,
      Observation seen,
      Instant now) {
    if (written == null || seen.pod() == null || !isProgressOnly(written, status)) {
      return Duration.ZERO;
    }
    var lasted = Duration.between(new PodSteps(seen, now).lastProgress(), now);
    if (lasted.compareTo(WORTH_TELLING) >= 0) {
      return Duration.ZERO;
    }
    // a node's clock may be ahead
    return lasted.isNegative() ? WORTH_TELLING : WORTH_TELLING.minus(lasted);
  }

  /** When time alone will change the status: how long until then, or null. */
  public static Duration nextLook(Observation seen, Instant now) {
    if (seen.pod() == null) {
      return null;
    }
    var deletion = seen.pod().getMetadata().getDeletionTimestamp();
    var moment =
        deletion != null
            ? Optional.of(Instant.parse(deletion).plus(Losses.UNREACHABLE_AFTER))
            : new PodSteps(seen, now).turn();
    return Stream.of(moment, Exposure.turn(seen))
        .flatMap(Optional::stream)
        .map(instant -> Duration.between(now, instant).plusSeconds(1))
        .filter(delay -> !delay.isNegative())
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  private static boolean isProgressOnly(
      GoDevEnvironmentStatus written, GoDevEnvironmentStatus status) {
    return Objects.equals(written.observedGeneration(), status.observedGeneration())
        && holds(written, ConditionType.Reconciling)
        && holds(status, ConditionType.Reconciling)
        && !Losses.isLoss(status.condition(ConditionType.Ready).reason())
        && sameStatus(written, status, ConditionType.Accepted)
        && sameStatus(written, status, ConditionType.PendingRestart);
  }

  private static boolean holds(GoDevEnvironmentStatus status, ConditionType type) {
    var condition = status.condition(type);
    return condition != null && condition.holds();
  }

  private static boolean sameStatus(
      GoDevEnvironmentStatus one, GoDevEnvironmentStatus other, ConditionType type) {
    return Objects.equals(statusOf(one.condition(type)), statusOf(other.condition(type)));
  }

  private static Condition.Status statusOf(Condition condition) {
    return condition == null ? null : condition.status();
  }
}
