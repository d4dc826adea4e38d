package io.godev.plan;

import io.fabric8.kubernetes.api.model.Pod;
import io.godev.api.v1alpha1.GoDevProfileSpec.RestartPolicy;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.api.v1alpha1.RuntimeReport.DebuggerState;
import io.godev.api.v1alpha1.RuntimeReport.UseState;
import io.godev.resolve.ResolvedEnvironment;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A change that waits for a restart is brought about when the profile's {@code spec.restart} says
 * so, and never while somebody debugs.
 */
public final class WaitingRestart {
  /** How long nobody worked in an environment that is restarted {@code WhenIdle}, at most. */
  static final Duration IDLE = Duration.ofMinutes(15);

  private WaitingRestart() {}

  /**
   * What is to be done with the pod after all.
   *
   * @param decision what would be done if nobody had a policy
   * @param report of the runtime, or null
   */
  public static PodDecision of(
      PodDecision decision, EnvironmentPlan plan, Pod pod, RuntimeReport report, Instant now) {
    if (!stays(decision) || pod == null || !waits(plan, pod)) {
      return decision;
    }
    return switch (plan.environment().profile().restart()) {
      case Manual -> decision;
      case Immediately ->
          isOf(pod, report) && isDebugged(report)
              ? decision
              : new PodDecision.Remove(pod, "its profile restarts at once what changed");
      case WhenIdle ->
          idleFrom(plan.environment(), pod, report).filter(from -> !now.isBefore(from)).isPresent()
              ? new PodDecision.Remove(pod, "its profile restarts what changed, and it is idle")
              : decision;
    };
  }

  /** How long until time alone will have the pod restarted, or null. */
  public static Duration nextLook(
      PodDecision decision, EnvironmentPlan plan, Pod pod, RuntimeReport report, Instant now) {
    if (!stays(decision)
        || pod == null
        || !waits(plan, pod)
        || plan.environment().profile().restart() != RestartPolicy.WhenIdle) {
      return null;
    }
    return idleFrom(plan.environment(), pod, report)
        .filter(from -> from.isAfter(now) && from.isBefore(Instant.MAX))
        .map(from -> Duration.between(now, from).plusSeconds(1))
        .orElse(null);
  }

  /**
   * After how many minutes without work the runtime has to say so, empty if nobody wants to know.
   */
  static Optional<Duration> patience(ResolvedEnvironment environment) {
    var idle = environment.spec().idle();
    if (idle != null && idle.suspendAfterMinutes() != null) {
      return Optional.of(Duration.ofMinutes(idle.suspendAfterMinutes()));
    }
    return environment.profile().restart() == RestartPolicy.WhenIdle
        ? Optional.of(IDLE)
        : Optional.empty();
  }

  private static boolean stays(PodDecision decision) {
    return decision instanceof PodDecision.Keep
        || decision instanceof PodDecision.Annotate
        || decision instanceof PodDecision.Resize;
  }

  // what was resized while it runs does not wait
  private static boolean waits(EnvironmentPlan plan, Pod pod) {
    var annotations = pod.getMetadata().getAnnotations();
    return annotations != null
        && annotations.containsKey(PodHashes.POD)
        && !annotations
            .get(PodHashes.POD)
            .equals(plan.pod().getMetadata().getAnnotations().get(PodHashes.POD));
  }

  private static boolean isOf(Pod pod, RuntimeReport report) {
    return report != null && Objects.equals(report.podUid(), pod.getMetadata().getUid());
  }

  private static boolean isDebugged(RuntimeReport report) {
    if (report.debugger() == null) {
      return false;
    }
    var state = report.debugger().state();
    // none is one of a later runtime, and may mean anything
    return state == null || state == DebuggerState.Attached || state == DebuggerState.Paused;
  }

  // from when on it counts as idle; never by anything but the runtime's word that nobody works
  private static Optional<Instant> idleFrom(
      ResolvedEnvironment environment, Pod pod, RuntimeReport report) {
    if (!isOf(pod, report) || isDebugged(report) || report.use() == null) {
      return Optional.empty();
    }
    var use = report.use();
    if (use.since() == null || use.state() != UseState.Quiet && use.state() != UseState.Idle) {
      return Optional.empty();
    }
    try {
      var quiet = Instant.parse(use.since()).plus(restartAfter(environment));
      var awake = environment.awakeUntil();
      return Optional.of(awake.isAfter(quiet) ? awake : quiet);
    } catch (DateTimeException e) {
      // a status can hold what no runtime reports
      return Optional.empty();
    }
  }

  // before it is suspended, which would bring the change only once somebody wants to work
  private static Duration restartAfter(ResolvedEnvironment environment) {
    return patience(environment)
        .map(patience -> environment.spec().idle() == null ? patience : patience.dividedBy(2))
        .filter(half -> half.compareTo(IDLE) < 0)
        .orElse(IDLE);
  }
}
