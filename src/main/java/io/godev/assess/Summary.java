package io.godev.assess;

import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Reconciling;
import static io.godev.api.v1alpha1.ConditionType.Stalled;

import io.godev.api.v1alpha1.Condition.Status;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.Reason;
import io.godev.plan.Readiness;
import io.godev.resolve.ResolvedEnvironment;
import java.time.Instant;
import java.util.List;

/** The conditions that sum the others up: Ready, and kstatus' pair. */
final class Summary {
  private Summary() {}

  /** What of everything that was asked for is missing first, if anything is. */
  static Finding ready(
      Finding accepted,
      List<Finding> steps,
      ResolvedEnvironment resolved,
      Observation seen,
      Instant now) {
    if (!accepted.isTrue()) {
      return fails(accepted, now);
    }
    var refused = seen.obstacles().stream().filter(Obstacle.Refusal.class::isInstance).findFirst();
    if (refused.isPresent() && refused.get() instanceof Obstacle.Refusal refusal) {
      return Finding.fails(Ready, Refusals.reason(refusal).name(), Refusals.message(refusal), now);
    }
    if (resolved.isSuspended()) {
      return suspended(resolved, seen.of(resolved.uid()), now);
    }
    var loss = Losses.of(seen.pod(), now);
    if (loss.isPresent()) {
      return loss.get();
    }
    return steps.stream()
        .filter(finding -> !finding.isTrue())
        .findFirst()
        .map(missing -> missing(missing, resolved.spec(), now))
        .orElseGet(() -> withChange(answering(resolved.spec(), seen, now), seen));
  }

  /**
   * Ready of an environment whose spec was rejected: not all that is asked for now is there, and
   * how it is with what was asked for before is told too.
   *
   * @param rejected what Accepted says
   * @param before what Ready would say of the spec that was accepted last
   */
  static Finding beside(Finding rejected, Finding before) {
    var settled = before.isTrue() || Acting.isForSomebody(before.reason());
    return Finding.fails(
        Ready,
        rejected.reason(),
        rejected.message() + " " + (settled ? before.message() : "It is being brought about."),
        rejected.since());
  }

  private static Finding suspended(ResolvedEnvironment resolved, Observation seen, Instant now) {
    return seen.pod() == null
        ? Finding.holds(
            Ready, Lifetime.reason(resolved.suspension()), Lifetime.message(resolved), now)
        : Losses.ending(seen.pod(), now);
  }

  // a program that was not meant to be reached and ended well did all that was asked of it
  private static Finding missing(Finding missing, GoDevEnvironmentSpec spec, Instant now) {
    return missing.reason().equals(Reason.Completed.name()) && Readiness.describe(spec) == null
        ? Finding.holds(Ready, Reason.Completed, missing.message(), now)
        : fails(missing, now);
  }

  private static Finding fails(Finding missing, Instant now) {
    return Finding.fails(Ready, missing.reason(), missing.message(), now);
  }

  // what is asked for is there meanwhile
  private static Finding withChange(Finding answering, Observation seen) {
    return answering.isTrue() && Reported.of(seen, answering.since()).isBuilding()
        ? Finding.holds(
            Ready,
            Reason.Building,
            "A change is being built; the program before it runs and answers.",
            answering.since())
        : answering;
  }

  private static Finding answering(GoDevEnvironmentSpec spec, Observation seen, Instant now) {
    var steps = new PodSteps(seen, now);
    if (steps.isReady()) {
      var time = steps.condition("Ready").get().getLastTransitionTime();
      return Finding.holds(
          Ready,
          Reason.Ready,
          "The program runs and answers.",
          time == null ? now : Instant.parse(time));
    }
    if (Reported.of(seen, now).isPaused()) {
      return Finding.fails(
          Ready,
          Reason.Paused.name(),
          "The program stands at a breakpoint. It answers once the debugger lets it go on.",
          now);
    }
    var asked = Readiness.describe(spec);
    var starts =
        steps
            .programStarted()
            .filter(started -> now.isBefore(started.plus(Patience.ANSWERING)))
            .isPresent();
    if (starts) {
      return Finding.fails(
          Ready,
          Reason.InProgress.name(),
          asked == null
              ? "The program runs, and its node has yet to call the pod ready."
              : "The program runs; " + asked + " is not answered yet.",
          now);
    }
    return Finding.fails(
        Ready,
        Reason.NotAnswering.name(),
        asked == null
            ? "The program runs, but its node does not call the pod ready."
            : "The program runs, but " + asked + " is not answered. " + Readiness.remedy(spec),
        now);
  }

  /** Ready itself, and kstatus' pair, of which one holds unless the environment is ready. */
  static List<Finding> of(Finding ready) {
    var now = ready.since();
    var stalled = !ready.isTrue() && Acting.isForSomebody(ready.reason());
    return List.of(
        ready,
        !ready.isTrue() && !stalled
            ? new Finding(Reconciling, Status.True, ready.reason(), ready.message(), now)
            : Finding.fails(Reconciling, Reason.Settled.name(), "Nothing is under way.", now),
        stalled
            ? new Finding(Stalled, Status.True, ready.reason(), ready.message(), now)
            : Finding.fails(Stalled, Reason.Settled.name(), "Nobody has to act.", now));
  }
}
