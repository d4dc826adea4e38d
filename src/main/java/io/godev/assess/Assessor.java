package io.godev.assess;

import static io.godev.api.v1alpha1.ConditionType.Accepted;
import static io.godev.api.v1alpha1.ConditionType.Clamped;
import static io.godev.api.v1alpha1.ConditionType.PendingRestart;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Running;

import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.Debug;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.Reason;
import io.godev.plan.AcceptedSpec;
import io.godev.resolve.Resolution.Rejected;
import io.godev.resolve.ResolvedEnvironment;
import io.godev.resolve.Violation;
import io.godev.resolve.profile.Clamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns what is seen of an environment into its status. */
public final class Assessor {
  private static final List<ConditionType> STEPS =
      List.of(ConditionType.SourceReady, ConditionType.ModulesReady, ConditionType.Built, Running);

  private final Clock clock;

  public Assessor(Clock clock) {
    this.clock = clock;
  }

  /**
   * The status of an environment whose spec was rejected, and of which no earlier one is known: the
   * pod that runs is left as it is.
   */
  public GoDevEnvironmentStatus rejected(
      GoDevEnvironment environment, Observation seen, Rejected rejected) {
    var own = seen.of(environment.getMetadata().getUid());
    var message = leavingAlone(violations(rejected), own);
    return unplanned(
        environment, own, Finding.fails(Accepted, reason(rejected), message, clock.instant()));
  }

  /** The status of an environment whose spec can be neither accepted nor rejected yet. */
  public GoDevEnvironmentStatus undecided(
      GoDevEnvironment environment, Observation seen, Violation obstacle) {
    var own = seen.of(environment.getMetadata().getUid());
    var message = leavingAlone(obstacle.toString(), own);
    return unplanned(
        environment, own, Finding.open(Accepted, obstacle.reason(), message, clock.instant()));
  }

  private static String leavingAlone(String message, Observation own) {
    return message + (own.pod() == null ? "" : ". What runs is left as it was.");
  }

  private static GoDevEnvironmentStatus unplanned(
      GoDevEnvironment environment, Observation own, Finding accepted) {
    var now = accepted.since();
    var before = before(environment);
    List<Finding> findings = new ArrayList<>(List.of(accepted));
    findings.add(Room.ofUnplanned(before, accepted, now));
    findings.addAll(rejectedSteps(before, own, now));
    findings.addAll(Summary.of(Finding.fails(Ready, accepted.reason(), accepted.message(), now)));
    findings.add(stillPending(before, own, now));
    return status(environment, findings, Particulars.of(before), before.activity(), own, now);
  }

  /**
   * The status of an environment whose spec was rejected while the objects of the spec that was
   * accepted last were planned and applied.
   */
  public GoDevEnvironmentStatus keeping(
      GoDevEnvironment environment,
      ResolvedEnvironment resolved,
      Observation seen,
      Rejected rejected) {
    var now = clock.instant();
    var last = before(environment).acceptedSpec();
    var message =
        "%s. The last accepted spec (generation %d) stays in force."
            .formatted(violations(rejected), last.generation());
    var accepted = Finding.fails(Accepted, reason(rejected), message, now);
    return status(
        environment, resolved, seen, accepted, ready -> Summary.beside(accepted, ready), last, now);
  }

  /** The status of an environment whose objects were planned and applied. */
  public GoDevEnvironmentStatus of(
      GoDevEnvironment environment, ResolvedEnvironment resolved, Observation seen) {
    var now = clock.instant();
    return status(
        environment,
        resolved,
        seen,
        accepted(seen, now),
        ready -> ready,
        new GoDevEnvironmentStatus.AcceptedSpec(
            environment.getMetadata().getGeneration(),
            AcceptedSpec.hash(resolved.uid(), resolved.written())),
        now);
  }

  private static GoDevEnvironmentStatus status(
      GoDevEnvironment environment,
      ResolvedEnvironment resolved,
      Observation seen,
      Finding accepted,
      UnaryOperator<Finding> sum,
      GoDevEnvironmentStatus.AcceptedSpec acceptedSpec,
      Instant now) {
    var own = seen.of(resolved.uid());
    var steps =
        resolved.isSuspended()
            ? suspendedSteps(environment, resolved, now)
            : stepFindings(before(environment), own, now);
    var debugger = Debugging.of(resolved, own, now);
    var asked =
        resolved.spec().debug().mode() == Debug.Mode.Delve
            ? Stream.concat(steps.stream(), debugger.stream()).toList()
            : steps;
    var ready = Summary.ready(accepted(seen, now), asked, resolved, seen, now);
    List<Finding> findings = new ArrayList<>(List.of(accepted));
    findings.add(Room.of(resolved, accepted, seen, now));
    findings.addAll(steps);
    debugger.ifPresent(findings::add);
    findings.addAll(Summary.of(sum.apply(ready)));
    Exposure.of(resolved, seen, now).ifPresent(findings::add);
    clamped(resolved, now).ifPresent(findings::add);
    findings.add(pendingRestart(seen, now));
    Lifetime.warning(environment, resolved, now).ifPresent(findings::add);
    return status(
        environment,
        findings,
        Particulars.of(resolved, seen, before(environment), acceptedSpec, now),
        Activities.of(environment, resolved, own, now),
        own,
        now);
  }

  private static String reason(Rejected rejected) {
    return rejected.violations().get(0).reason().name();
  }

  private static String violations(Rejected rejected) {
    return rejected.violations().stream()
        .map(Violation::toString)
        .collect(Collectors.joining("; "));
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

  private static List<Finding> stepFindings(
      GoDevEnvironmentStatus before, Observation seen, Instant now) {
    if (seen.pod() != null) {
      return new Progress(seen, before.condition(ConditionType.Built), now).findings();
    }
    return STEPS.stream()
        .map(type -> Finding.open(type, Reason.Waiting, "The pod is not there yet.", now))
        .toList();
  }

  // without a pod what was reached stays true: the source, the modules and the build are on volumes
  private static List<Finding> suspendedSteps(
      GoDevEnvironment environment, ResolvedEnvironment resolved, Instant now) {
    var before = before(environment);
    var reason = Lifetime.reason(resolved.suspension());
    var why = Lifetime.sentence(resolved);
    return STEPS.stream()
        .map(
            type -> {
              var condition = before.condition(type);
              if (type == Running) {
                return Finding.fails(type, reason.name(), why, now);
              }
              return condition != null && condition.holds()
                  ? Finding.holds(type, Reason.Succeeded, condition.message(), now)
                  : Finding.open(type, reason, why, now);
            })
        .toList();
  }

  // nothing was planned, so a suspended environment stays one whatever the new spec says
  private static List<Finding> rejectedSteps(
      GoDevEnvironmentStatus before, Observation seen, Instant now) {
    var running = before.condition(Running);
    return seen.pod() == null && running != null && Reason.isSuspension(running.reason())
        ? STEPS.stream().map(type -> Finding.again(before.condition(type), now)).toList()
        : stepFindings(before, seen, now);
  }

  private static Optional<Finding> clamped(ResolvedEnvironment resolved, Instant now) {
    var profile = resolved.profile();
    return profile.clamps().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.holds(
                Clamped,
                Reason.Clamped,
                "The profile %s brought down %s. Ask for less, or ask the platform team for another profile."
                    .formatted(
                        profile.name(),
                        profile.clamps().stream()
                            .map(Clamp::toString)
                            .collect(Collectors.joining("; "))),
                now));
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
      Particulars particulars,
      GoDevEnvironmentStatus.Activity activity,
      Observation seen,
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
              .map(built -> Builds.of(steps, Reported.of(seen, now), built, before.build()))
              .orElse(before.build());
    }
    return new GoDevEnvironmentStatus(
        generation,
        conditions,
        particulars.goVersion(),
        particulars.source(),
        particulars.image(),
        particulars.profile(),
        startup,
        build,
        particulars.endpoints(),
        particulars.debug(),
        particulars.platform(),
        particulars.advice(),
        particulars.acceptedSpec(),
        null,
        activity);
  }

  private static GoDevEnvironmentStatus before(GoDevEnvironment environment) {
    return environment.getStatus() == null ? GoDevEnvironmentStatus.NONE : environment.getStatus();
  }
}
