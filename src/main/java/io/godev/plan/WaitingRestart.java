package io.godev.plan;

import io.fabric8.kubernetes.api.model.Pod;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.api.v1alpha1.RuntimeReport.DebuggerState;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A change that waits for a restart is brought about when the profile's {@code spec.restart} says
 * so, and never while somebody debugs.
 */
public final class WaitingRestart {
  /** How long nothing was done in an environment that is restarted {@code WhenIdle}. */
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
    var stays =
        decision instanceof PodDecision.Keep
            || decision instanceof PodDecision.Annotate
            || decision instanceof PodDecision.Resize;
    if (!stays || pod == null || !waits(plan, pod)) {
      return decision;
    }
    var own = report != null && Objects.equals(report.podUid(), pod.getMetadata().getUid());
    return switch (plan.environment().profile().restart()) {
      case Manual -> decision;
      case Immediately ->
          own && isDebugged(report)
              ? decision
              : new PodDecision.Remove(pod, "its profile restarts at once what changed");
      case WhenIdle ->
          own && !isDebugged(report) && isIdle(report, pod, now)
              ? new PodDecision.Remove(pod, "its profile restarts what changed, and it is idle")
              : decision;
    };
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

  private static boolean isDebugged(RuntimeReport report) {
    if (report.debugger() == null) {
      return false;
    }
    var state = report.debugger().state();
    // none is one of a later runtime, and may mean anything
    return state == null || state == DebuggerState.Attached || state == DebuggerState.Paused;
  }

  private static boolean isIdle(RuntimeReport report, Pod pod, Instant now) {
    var since =
        report.activity() == null
            ? Instant.parse(pod.getMetadata().getCreationTimestamp())
            : Instant.parse(report.activity());
    return Duration.between(since, now).compareTo(IDLE) >= 0;
  }
}
