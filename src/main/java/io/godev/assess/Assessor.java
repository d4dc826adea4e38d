package io.godev.assess;

import static io.godev.api.v1alpha1.ConditionType.Accepted;
import static io.godev.api.v1alpha1.ConditionType.PendingRestart;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Reconciling;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static io.godev.api.v1alpha1.ConditionType.Stalled;

import io.fabric8.kubernetes.api.model.Service;
import io.godev.api.v1alpha1.Condition.Status;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.Reason;
import io.godev.plan.Readiness;
import io.godev.resolve.Resolution.Rejected;
import io.godev.resolve.ResolvedEnvironment;
import io.godev.resolve.Violation;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Turns what is seen of an environment into its status. */
public final class Assessor {
  private static final List<ConditionType> STEPS =
      List.of(ConditionType.SourceReady, ConditionType.ModulesReady, ConditionType.Built, Running);

  private final Clock clock;

  public Assessor(Clock clock) {
    this.clock = clock;
  }

  /** The status of an environment whose spec was rejected: the pod that runs is left as it is. */
  public GoDevEnvironmentStatus rejected(
      GoDevEnvironment environment, Observation seen, Rejected rejected) {
    var now = clock.instant();
    var own = seen.of(environment.getMetadata().getUid());
    var before = before(environment);
    var message =
        rejected.violations().stream().map(Violation::toString).collect(Collectors.joining("; "))
            + (own.pod() == null ? "" : ". What runs is left as it was.");
    var accepted = Finding.fails(Accepted, Reason.InvalidSpec.name(), message, now);
    List<Finding> findings = new ArrayList<>(List.of(accepted));
    findings.addAll(rejectedSteps(before, own, now));
    findings.addAll(summary(Finding.fails(Ready, accepted.reason(), message, now)));
    findings.add(stillPending(before, own, now));
    return status(
        environment,
        findings,
        before.goVersion(),
        before.source(),
        before.image(),
        own,
        before.endpoints(),
        now);
  }

  /** The status of an environment whose objects were planned and applied. */
  public GoDevEnvironmentStatus of(
      GoDevEnvironment environment, ResolvedEnvironment resolved, Observation seen) {
    var now = clock.instant();
    var own = seen.of(resolved.uid());
    List<Finding> findings = new ArrayList<>();
    findings.add(accepted(seen, now));
    findings.addAll(
        resolved.isSuspended() ? suspendedSteps(environment, now) : stepFindings(own, now));
    findings.addAll(summary(ready(findings, resolved, seen, now)));
    findings.add(pendingRestart(seen, now));
    return status(
        environment,
        findings,
        resolved.spec().go().version(),
        Sources.describe(resolved.spec().source()),
        resolved.spec().go().image(),
        own,
        Endpoints.of(resolved, seen.objects(Service.class)),
        now);
  }

  private static Finding accepted(Observation seen, Instant now) {
    return seen.obstacles().stream()
        .filter(Obstacle.Conflict.class::isInstance)
        .findFirst()
        .map(
            conflict ->
                Finding.fails(
                    Accepted,
                    Reason.NameConflict.name(),
                    "A "
                        + conflict.kind()
                        + " named "
                        + conflict.name()
                        + " is there that is not this environment's, and is left alone. Delete or rename"
                        + " it, or give the GoDevEnvironment another name.",
                    now))
        .orElseGet(() -> Finding.holds(Accepted, Reason.Accepted, "The spec is valid.", now));
  }

  private static List<Finding> stepFindings(Observation seen, Instant now) {
    if (seen.pod() != null) {
      return new Progress(new PodSteps(seen, now), now).findings();
    }
    return STEPS.stream()
        .map(type -> Finding.open(type, Reason.Waiting, "The pod is not there yet.", now))
        .toList();
  }

  // without a pod what was reached stays true: the source, the modules and the build are on volumes
  private static List<Finding> suspendedSteps(GoDevEnvironment environment, Instant now) {
    var before = before(environment);
    return STEPS.stream()
        .map(
            type -> {
              var condition = before.condition(type);
              if (type == Running) {
                return Finding.fails(type, Reason.Suspended.name(), "spec.mode is Suspended.", now);
              }
              return condition != null && condition.holds()
                  ? Finding.holds(type, Reason.Succeeded, condition.message(), now)
                  : Finding.open(type, Reason.Suspended, "spec.mode is Suspended.", now);
            })
        .toList();
  }

  // nothing was planned, so a suspended environment stays one whatever the new spec says
  private static List<Finding> rejectedSteps(
      GoDevEnvironmentStatus before, Observation seen, Instant now) {
    var running = before.condition(Running);
    return seen.pod() == null && running != null && running.reason().equals(Reason.Suspended.name())
        ? STEPS.stream().map(type -> Finding.again(before.condition(type), now)).toList()
        : stepFindings(seen, now);
  }

  private static Finding ready(
      List<Finding> findings, ResolvedEnvironment resolved, Observation seen, Instant now) {
    if (!findings.get(0).isTrue()) {
      return fails(findings.get(0), now);
    }
    var refused = seen.obstacles().stream().filter(Obstacle.Refusal.class::isInstance).findFirst();
    if (refused.isPresent() && refused.get() instanceof Obstacle.Refusal refusal) {
      return Finding.fails(Ready, Refusals.reason(refusal).name(), Refusals.message(refusal), now);
    }
    if (resolved.isSuspended()) {
      return suspended(seen.of(resolved.uid()), now);
    }
    var loss = Losses.of(seen.pod(), now);
    if (loss.isPresent()) {
      return loss.get();
    }
    return findings.stream()
        .filter(finding -> !finding.isTrue())
        .findFirst()
        .map(missing -> missing(missing, resolved.spec(), now))
        .orElseGet(() -> answering(resolved.spec(), seen, now));
  }

  private static Finding suspended(Observation seen, Instant now) {
    return seen.pod() == null
        ? Finding.holds(
            Ready,
            Reason.Suspended,
            "Suspended as spec.mode asks: there is no pod, and the volumes are kept. Set spec.mode to"
                + " Running to go on.",
            now)
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

  // kstatus' pair: one of them holds unless the environment is ready
  private static List<Finding> summary(Finding ready) {
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

  private static Finding pendingRestart(Observation seen, Instant now) {
    return seen.pending().isEmpty()
        ? Finding.fails(
            PendingRestart, Reason.UpToDate.name(), "No change waits for a restart.", now)
        : Finding.holds(
            PendingRestart,
            Reason.ChangeWaits,
            "A restart would change: "
                + String.join("; ", seen.pending())
                + ". Set the annotation godev.io/restart to a new value, or suspend and resume.",
            now);
  }

  // nothing was compared, so what waited for a restart of the pod still does
  private static Finding stillPending(
      GoDevEnvironmentStatus before, Observation seen, Instant now) {
    var pending = before.condition(PendingRestart);
    return pending == null || seen.pod() == null
        ? pendingRestart(seen, now)
        : Finding.again(pending, now);
  }

  private static GoDevEnvironmentStatus status(
      GoDevEnvironment environment,
      List<Finding> findings,
      String goVersion,
      String source,
      String image,
      Observation seen,
      List<GoDevEnvironmentStatus.Endpoint> endpoints,
      Instant now) {
    var before = before(environment);
    var generation = environment.getMetadata().getGeneration();
    var conditions =
        findings.stream()
            .map(finding -> finding.after(before.condition(finding.type()), generation, now))
            .toList();
    var startup = before.startup();
    var build = before.build();
    if (seen.pod() != null) {
      var steps = new PodSteps(seen, now);
      startup = StartupTimes.of(seen.pod(), steps, before.startup());
      build =
          findings.stream()
              .filter(finding -> finding.type() == ConditionType.Built)
              .findFirst()
              .map(built -> Builds.of(steps, built, before.build()))
              .orElse(before.build());
    }
    return new GoDevEnvironmentStatus(
        generation, conditions, goVersion, source, image, startup, build, endpoints);
  }

  private static GoDevEnvironmentStatus before(GoDevEnvironment environment) {
    return environment.getStatus() == null
        ? new GoDevEnvironmentStatus(null, null, null, null, null, null, null, null)
        : environment.getStatus();
  }
}
