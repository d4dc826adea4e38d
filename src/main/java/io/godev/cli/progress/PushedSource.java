package io.godev.cli.progress;

import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Build;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.BuildResult;
import io.godev.api.v1alpha1.Reason;
import io.godev.api.v1alpha1.Reload.Mode;
import io.godev.api.v1alpha1.RuntimeReport.ProgramState;
import io.godev.cli.sync.Arrival;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A source that this machine pushes while an environment is waited for: whether a status speaks of
 * what was pushed, or still of what was there before.
 *
 * <p>No build need follow a push, as where tests alone changed, and which files count is known in
 * the pod alone. So a status that says of no build also counts once it has stood for a while.
 */
public final class PushedSource {
  /** In this time a build has begun and is told of, if one begins. */
  static final Duration QUIET = Duration.ofSeconds(10);

  /** With reload: a program that crashed has to run for 15 s before it is told of as running. */
  static final Duration AFTER_CRASH = Duration.ofSeconds(25);

  /** So long a program that replaced another has to hold out. */
  static final Duration PROOF = Duration.ofSeconds(2);

  /**
   * Without reload the next try of the kubelet builds what was pushed; at the latest after 5
   * minutes (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy).
   */
  static final Duration NEXT_TRY = Duration.ofSeconds(330);

  // what a push or a save can mend
  private static final Set<String> OF_SOURCE =
      Set.of(
          "BuildFailed",
          "GoModMissing",
          "GoModInvalid",
          "GoSumMissing",
          "GoSumOutOfDate",
          "VendorOutOfDate",
          "NoMainPackage",
          "SeveralMainPackages",
          Reason.Crashed.name());

  private final Supplier<Arrival> arrival;
  private final boolean isLast;
  private final Clock clock;
  // time of the last build before the push was over, which is not of it, however coarse the times
  private String known;
  private GoDevEnvironmentStatus last;
  private Instant since = Instant.MIN;

  /**
   * Of a push that has begun.
   *
   * @param arrival what it brought; null while it is under way
   * @param isLast whether nothing is pushed after it, so that what it fails by stays
   */
  public PushedSource(Supplier<Arrival> arrival, boolean isLast) {
    this(arrival, isLast, Clock.systemUTC());
  }

  PushedSource(Supplier<Arrival> arrival, boolean isLast, Clock clock) {
    this.arrival = arrival;
    this.isLast = isLast;
    this.clock = clock;
  }

  /** Whether an environment that is ready is so with what was pushed. */
  boolean isReady(GoDevEnvironment environment) {
    var status = environment.getStatus();
    var pushed = arrived(status);
    if (pushed == null || !isLast) {
      return pushed != null;
    }
    var stands = stands(status);
    if (status.condition(ConditionType.Ready).reason().equals(Reason.Building.name())) {
      return false;
    }
    return !pushed.isNews()
        || !reloads(environment)
        || stands.compareTo(QUIET) >= 0
        || isOf(pushed, status) && (isFirst(status) || stands.compareTo(PROOF) >= 0);
  }

  /** Whether what a stalled environment fails by can still be mended from this machine. */
  boolean mends(GoDevEnvironment environment) {
    var status = environment.getStatus();
    var stalled = status.condition(ConditionType.Stalled);
    var pushed = arrived(status);
    if (!OF_SOURCE.contains(stalled.reason())) {
      return false;
    }
    if (pushed == null || !isLast) {
      return true;
    }
    if (!pushed.isNews()) {
      return false;
    }
    var stands = stands(status);
    if (!reloads(environment)) {
      return !isOf(pushed, status) && !isSince(pushed, stalled) && stands.compareTo(NEXT_TRY) < 0;
    }
    var crashed = stalled.reason().equals(Reason.Crashed.name());
    return (!isOf(pushed, status) || crashed && runs(status))
        && stands.compareTo(crashed ? AFTER_CRASH : QUIET) < 0;
  }

  /** Whether it was pushed into an environment that builds nothing until it is restarted. */
  public boolean waitsForRestart(GoDevEnvironment environment) {
    var pushed = arrival.get();
    return pushed != null
        && pushed.isNews()
        && pushed.placed() != null
        && !reloads(environment)
        && !isBuiltSince(pushed, environment.getStatus().build());
  }

  // what was pushed; null while it is under way
  private Arrival arrived(GoDevEnvironmentStatus status) {
    var pushed = arrival.get();
    if (pushed == null && status != null && status.build() != null) {
      known = status.build().time();
    }
    return pushed;
  }

  // how long the status has been as it is, since the push was over
  private Duration stands(GoDevEnvironmentStatus status) {
    var now = clock.instant();
    // each report of the runtime is another
    var told = status.withoutReport();
    if (!told.equals(last)) {
      last = told;
      since = now;
    }
    return Duration.between(since, now);
  }

  // whether a build of what was pushed has ended, and the program is of it
  private boolean isOf(Arrival pushed, GoDevEnvironmentStatus status) {
    var build = status.build();
    return isBuiltSince(pushed, build)
        && (build.result() == BuildResult.Failed || isFirst(status) || isReplaced(status));
  }

  private boolean isBuiltSince(Arrival pushed, Build build) {
    if (pushed.placed() == null
        || build == null
        || build.time() == null
        || build.time().equals(known)) {
      return false;
    }
    var took = build.seconds() == null ? 0 : Math.round(build.seconds() * 1000);
    return !latest(build.time()).minusMillis(took).isBefore(pushed.placed());
  }

  private static boolean isSince(Arrival pushed, Condition condition) {
    return pushed.placed() != null
        && condition.lastTransitionTime() != null
        && !latest(condition.lastTransitionTime()).isBefore(pushed.placed());
  }

  // times of the kubelet, and of conditions, are cut to seconds; those of the runtime are not
  private static Instant latest(String time) {
    var instant = Instant.parse(time);
    return instant.getNano() == 0 ? instant.plusSeconds(1) : instant;
  }

  // whether the last build is that of the pod's start, which the program was started after
  private static boolean isFirst(GoDevEnvironmentStatus status) {
    var report = status.runtime();
    return report == null
        || report.build() == null
        || !Objects.equals(report.build().time(), status.build().time());
  }

  private static boolean isReplaced(GoDevEnvironmentStatus status) {
    var program = status.runtime().program();
    return program != null
        && program.since() != null
        && !Instant.parse(program.since()).isBefore(Instant.parse(status.build().time()));
  }

  private static boolean runs(GoDevEnvironmentStatus status) {
    var program = status.runtime() == null ? null : status.runtime().program();
    return program != null && program.state() == ProgramState.Running;
  }

  private static boolean reloads(GoDevEnvironment environment) {
    var reload = environment.getSpec().reload();
    return reload == null || reload.mode() != Mode.Off;
  }
}
