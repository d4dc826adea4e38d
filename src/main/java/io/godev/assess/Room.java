package io.godev.assess;

import static io.godev.api.v1alpha1.ConditionType.QuotaAvailable;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.Reason;
import io.godev.resolve.ResolvedEnvironment;
import java.time.Instant;
import java.util.Set;

/** Whether quota and LimitRange of the namespace let in what is asked for. */
final class Room {
  private static final Set<String> REASONS =
      Set.of(Reason.QuotaExceeded.name(), Reason.LimitRangeExceeded.name());

  private Room() {}

  /**
   * How it is.
   *
   * @param accepted what is said of the spec: one whose pod would be refused is not accepted
   */
  static Finding of(
      ResolvedEnvironment environment, Finding accepted, Observation seen, Instant now) {
    if (REASONS.contains(accepted.reason())) {
      return lacking(accepted.reason(), accepted.message(), now);
    }
    return seen.obstacles().stream()
        .filter(Obstacle.Refusal.class::isInstance)
        .map(Obstacle.Refusal.class::cast)
        .filter(refusal -> REASONS.contains(Refusals.reason(refusal).name()))
        .findFirst()
        .map(refusal -> lacking(Refusals.reason(refusal).name(), Refusals.message(refusal), now))
        .orElseGet(() -> unless(environment, seen, now));
  }

  /** Where nothing was planned: what the refusal of the spec says, or what was said before. */
  static Finding ofUnplanned(GoDevEnvironmentStatus before, Finding accepted, Instant now) {
    if (REASONS.contains(accepted.reason())) {
      return lacking(accepted.reason(), accepted.message(), now);
    }
    var known = before.condition(QuotaAvailable);
    return known == null
        ? Finding.open(QuotaAvailable, Reason.Waiting, "Waits for " + accepted.type() + ".", now)
        : Finding.again(known, now);
  }

  private static Finding unless(ResolvedEnvironment environment, Observation seen, Instant now) {
    if (environment.isSuspended()) {
      return Finding.open(
          QuotaAvailable, Reason.Suspended, "No pod is asked for: spec.mode is Suspended.", now);
    }
    return seen.pod() == null
        ? Finding.open(QuotaAvailable, Reason.Waiting, "The pod is not there yet.", now)
        : Finding.holds(
            QuotaAvailable,
            Reason.Succeeded,
            "ResourceQuotas and LimitRanges of the namespace let in all that is asked for.",
            now);
  }

  private static Finding lacking(String reason, String message, Instant now) {
    return Finding.fails(QuotaAvailable, reason, message, now);
  }
}
