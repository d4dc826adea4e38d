package io.godev.assess;

import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.Reason;
import io.godev.resolve.Lifecycle;
import io.godev.resolve.ResolvedEnvironment;
import io.godev.resolve.Suspension;
import java.time.Instant;
import java.util.Optional;

/** What is said of an environment that is suspended, or whose time is over soon. */
final class Lifetime {
  private Lifetime() {}

  /** The reason of all that is not there because there is no pod. */
  static Reason reason(Suspension suspension) {
    return switch (suspension) {
      case Idle -> Reason.IdleSuspended;
      case Expired -> Reason.Expired;
      case Asked, None -> Reason.Suspended;
    };
  }

  /** The same as a sentence. */
  static String sentence(ResolvedEnvironment environment) {
    return switch (environment.suspension()) {
      case Idle -> "Nobody worked in the environment for the time of spec.idle.";
      case Expired -> "The time of spec.expiry is over.";
      case Asked, None -> "spec.mode is Suspended.";
    };
  }

  /** What Ready says, and how to go on. */
  static String message(ResolvedEnvironment environment) {
    return switch (environment.suspension()) {
      case Idle ->
          "Suspended after %s without Go work (spec.idle): there is no pod, and the volumes are kept. Run \"godev resume -n %s %s\", or set the annotation %s to a new value, to go on."
              .formatted(
                  minutes(environment),
                  environment.namespace(),
                  environment.name(),
                  Lifecycle.RESUME_ANNOTATION);
      case Expired ->
          "Suspended because its time is over (spec.expiry): there is no pod, and the volumes are kept."
              + " Raise spec.expiry.afterHours, or set a later spec.expiry.at, to go on; else delete it.";
      case Asked, None ->
          "Suspended as spec.mode asks: there is no pod, and the volumes are kept. Set spec.mode to"
              + " Running to go on.";
    };
  }

  // the field may be gone since, as may be that of a default
  private static String minutes(ResolvedEnvironment environment) {
    var idle = environment.spec().idle();
    return idle == null || idle.suspendAfterMinutes() == null
        ? "some time"
        : idle.suspendAfterMinutes() + " min";
  }

  /** The condition that warns of the end; none before, and none after it. */
  static Optional<Finding> warning(
      GoDevEnvironment environment, ResolvedEnvironment resolved, Instant now) {
    return Lifecycle.expiresAt(environment, resolved.spec())
        .filter(end -> now.isBefore(end))
        .filter(end -> !now.isBefore(Lifecycle.warnsAt(environment, end)))
        .map(
            end ->
                Finding.holds(
                    ConditionType.ExpiresSoon,
                    Reason.ExpiresSoon,
                    "The environment loses its pod at "
                        + end
                        + ", and keeps its volumes. Raise spec.expiry.afterHours, or set a later"
                        + " spec.expiry.at, if it is needed for longer.",
                    now));
  }

  /** News of the two. */
  static Optional<Announcement> news(GoDevEnvironmentStatus before, GoDevEnvironmentStatus after) {
    var soon = after.condition(ConditionType.ExpiresSoon);
    if (soon != null && (before == null || before.condition(ConditionType.ExpiresSoon) == null)) {
      return Optional.of(new Announcement(true, soon.reason(), soon.message()));
    }
    var ready = after.condition(ConditionType.Ready);
    var isNews =
        ready.holds()
            && Reason.isSuspension(ready.reason())
            && !ready.reason().equals(Reason.Suspended.name())
            && !ready.reason().equals(reason(before));
    return isNews
        ? Optional.of(
            new Announcement(
                ready.reason().equals(Reason.Expired.name()), ready.reason(), ready.message()))
        : Optional.empty();
  }

  private static String reason(GoDevEnvironmentStatus before) {
    var ready = before == null ? null : before.condition(ConditionType.Ready);
    return ready == null ? "" : ready.reason();
  }
}
