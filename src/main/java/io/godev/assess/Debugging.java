package io.godev.assess;

import static io.godev.api.v1alpha1.ConditionType.DebuggerReady;

import io.godev.api.v1alpha1.Debug;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.DebugAccess;
import io.godev.api.v1alpha1.Reason;
import io.godev.plan.EnvironmentPod;
import io.godev.resolve.ResolvedEnvironment;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** The debugger that was asked for, by the spec or by annotation. */
final class Debugging {
  private static final String RESTART = "Set spec.debug.mode to Delve, which starts it anew.";

  private Debugging() {}

  /** Whether there is one; empty where none was asked for. */
  static Optional<Finding> of(ResolvedEnvironment environment, Observation seen, Instant now) {
    if (!isAskedFor(environment) || environment.isSuspended()) {
      return Optional.empty();
    }
    var runs = seen.pod() != null && new PodSteps(seen, now).programStarted().isPresent();
    if (!runs) {
      return Optional.of(
          Finding.open(DebuggerReady, Reason.Waiting, "Waits for the program.", now));
    }
    if (!hearsRequests(seen)) {
      return Optional.of(
          Finding.fails(
              DebuggerReady,
              Reason.ChangeWaits.name(),
              "The pod was made by an operator that knew no debugger. " + RESTART,
              now));
    }
    return Optional.of(finding(environment, Reported.of(seen, now), now));
  }

  /** How to reach it, or null where none was asked for. */
  static DebugAccess access(ResolvedEnvironment environment) {
    if (!isAskedFor(environment)) {
      return null;
    }
    var port = environment.spec().debug().port();
    return new DebugAccess(
        Endpoints.portForward(environment, port, port),
        EditorSettings.visualStudioCode(environment),
        EditorSettings.goLand(environment));
  }

  private static boolean isAskedFor(ResolvedEnvironment environment) {
    return isStartedWithIt(environment) || environment.attachesDebugger();
  }

  private static boolean isStartedWithIt(ResolvedEnvironment environment) {
    return environment.spec().debug().mode() == Debug.Mode.Delve;
  }

  private static boolean hearsRequests(Observation seen) {
    var annotations = seen.pod().getMetadata().getAnnotations();
    return annotations != null && annotations.containsKey(EnvironmentPod.REPORT_AUTHORITY);
  }

  private static Finding finding(ResolvedEnvironment environment, Reported reported, Instant now) {
    var debugger = reported.debugger();
    if (debugger == null || debugger.state() == null) {
      return isStartedWithIt(environment)
          ? holds("The program was started under the debugger.", now)
          : attaching(now);
    }
    return switch (debugger.state()) {
      case Listening -> holds("The debugger listens.", now);
      case Attached -> holds("Somebody is connected to the debugger.", now);
      case Paused -> holds("The program stands at a breakpoint.", now);
      case Off -> attaching(now);
      case Refused, Failed ->
          Finding.fails(
              DebuggerReady,
              Objects.requireNonNullElse(debugger.reason(), Reason.Failed.name()),
              Objects.requireNonNullElse(debugger.detail(), "The debugger gives no reason. ")
                  + (isStartedWithIt(environment) || saysHow(debugger.detail())
                      ? ""
                      : " " + RESTART),
              now);
    };
  }

  // where nothing may be traced a restart under the debugger is no way out
  private static boolean saysHow(String detail) {
    return detail != null && detail.contains("spec.debug.mode");
  }

  private static Finding holds(String message, Instant now) {
    return Finding.holds(DebuggerReady, Reason.Started, message, now);
  }

  private static Finding attaching(Instant now) {
    return Finding.open(DebuggerReady, Reason.InProgress, "The debugger is being attached.", now);
  }
}
