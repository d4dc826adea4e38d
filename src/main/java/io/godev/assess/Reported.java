package io.godev.assess;

import static io.godev.api.v1alpha1.ConditionType.Built;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static io.godev.api.v1alpha1.ConditionType.SourceReady;

import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Build;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.BuildResult;
import io.godev.api.v1alpha1.Reason;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.api.v1alpha1.RuntimeReport.BuildState;
import io.godev.api.v1alpha1.RuntimeReport.DebuggerState;
import io.godev.api.v1alpha1.RuntimeReport.ProgramState;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** What the runtime reported of the program's container as it runs now. */
final class Reported {
  private static final RuntimeReport NOTHING =
      new RuntimeReport(null, null, null, null, null, null, null, null, null, null);

  private final RuntimeReport report;
  private final Instant now;

  private Reported(RuntimeReport report, Instant now) {
    this.report = report;
    this.now = now;
  }

  /**
   * The report of the runtime that runs now. One of another pod, or of the container before it was
   * started again, says nothing: a quiet start is not reported.
   */
  static Reported of(Observation seen, Instant now) {
    var report = seen.report();
    if (report == null
        || seen.pod() == null
        || !Objects.equals(seen.pod().getMetadata().getUid(), report.podUid())) {
      return new Reported(NOTHING, now);
    }
    var isOfNow =
        new PodSteps(seen, now)
            .programStarted()
            // the sequence is at least the time
            .filter(started -> report.sequence() >= started.toEpochMilli())
            .isPresent();
    return new Reported(isOfNow ? report : NOTHING, now);
  }

  /** Whether anything was reported of the program's container as it runs now. */
  boolean isOfNow() {
    return report != NOTHING;
  }

  /**
   * How the last build went; empty if the runtime has built nothing but the first one.
   *
   * @param before what was said last, or null
   */
  Optional<Finding> built(Condition before) {
    var build = report.build();
    if (build == null || build.state() == null) {
      return Optional.empty();
    }
    var at = time(build.time());
    return Optional.of(
        switch (build.state()) {
          case Succeeded -> Finding.holds(Built, Reason.Succeeded, Progress.PROGRAM_IS_BUILT, at);
          case Failed -> Finding.fails(Built, word(build.reason()), text(build.detail()), at);
          // what was built before is there; only after a failure nothing is known
          case Building ->
              before != null && before.holds()
                  ? Finding.holds(Built, Reason.Building, "A change is being built.", at)
                  : Finding.open(Built, Reason.Building, "A change is being built.", at);
        });
  }

  /**
   * When a later build came further than to that failure of the modules, or began; empty if none
   * did, or if they did not fail.
   */
  Optional<Instant> builtDespite(String reason) {
    var build = report.build();
    return build == null
            || build.state() == null
            || reason.equals(Reason.Succeeded.name())
            || reason.equals(build.reason())
        ? Optional.empty()
        : Optional.of(time(build.time()));
  }

  /** How the source is; empty where it is neither followed nor mirrored. */
  Optional<Finding> source() {
    var source = report.source();
    if (source == null || source.state() == null) {
      return Optional.empty();
    }
    return Optional.of(
        source.state() == RuntimeReport.SourceState.Current
            ? Finding.holds(SourceReady, Reason.Succeeded, Progress.SOURCE_IS_THERE, now)
            // what is in the workspace is used all the same
            : Finding.holds(SourceReady, word(source.reason()), text(source.message()), now));
  }

  /** How the program is; empty if the runtime says nothing of it. */
  Optional<Finding> running() {
    var program = report.program();
    if (program == null || program.state() == null) {
      return Optional.empty();
    }
    var since = time(program.since());
    return Optional.of(
        switch (program.state()) {
          case Running -> Finding.holds(Running, Reason.Started, "The program runs.", since);
          case Waiting ->
              Finding.open(Running, Reason.Waiting, "There is no program yet that builds.", since);
          case Completed ->
              Finding.fails(
                  Running,
                  Reason.Completed.name(),
                  "The program ended with exit code 0. It runs again after a change of a file.",
                  since);
          case Restarting, Failed ->
              Finding.fails(
                  Running,
                  word(program.reason()),
                  Failures.withLastLines(text(program.detail()), program.lastLines()),
                  since);
        });
  }

  /** Whether a program runs although a later one did not build. */
  boolean runsTheLastGoodOne() {
    return report.program() != null && report.program().state() == ProgramState.Running;
  }

  boolean isBuilding() {
    return report.build() != null && report.build().state() == BuildState.Building;
  }

  /** Whether the program stands, and so answers nobody. */
  boolean isPaused() {
    return report.debugger() != null && report.debugger().state() == DebuggerState.Paused;
  }

  /** What the debugger does, or null if nothing is known. */
  RuntimeReport.Debugger debugger() {
    return report.debugger();
  }

  /** Whether somebody works in the environment, or null if nothing is known. */
  RuntimeReport.Use use() {
    return report.use();
  }

  /** The last build that ended; empty if it is the first one. */
  Optional<Build> build() {
    var build = report.build();
    if (build == null || build.state() == null || build.state() == BuildState.Building) {
      return Optional.empty();
    }
    return Optional.of(
        new Build(
            build.state() == BuildState.Succeeded ? BuildResult.Succeeded : BuildResult.Failed,
            build.time(),
            build.seconds(),
            build.mainPackage(),
            build.file(),
            build.line(),
            build.error()));
  }

  private static String word(String reason) {
    return Objects.requireNonNullElse(reason, Reason.Failed.name());
  }

  private static String text(String detail) {
    return Objects.requireNonNullElse(detail, "The runtime gives no reason; its log says more.");
  }

  // a clock of the node that is ahead must not make transitions in the future
  Instant time(String text) {
    try {
      var time = text == null ? now : Instant.parse(text);
      return time.isAfter(now) ? now : time;
    } catch (DateTimeException e) {
      return now;
    }
  }
}
