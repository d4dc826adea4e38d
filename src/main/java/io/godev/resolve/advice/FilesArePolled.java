package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.api.v1alpha1.Reload;
import io.godev.api.v1alpha1.RuntimeReport;
import java.util.Optional;

/** Files are looked at, because events do not arrive. */
final class FilesArePolled implements AdviceRule {
  @Override
  public About about() {
    return new About(
        Trap.Drift,
        Severity.Warning,
        "spec.reload.watch",
        "changes are found by looking at every file, the later the more there are, because no events arrive",
        "keep the source on a volume of its own, with spec.source.sync or spec.source.git; else leave out what is no"
            + " source, with spec.reload.exclude",
        "Folders of Windows and network shares tell a container nothing of their changes, and each look at one of their"
            + " files is a trip to their machine.");
  }

  @Override
  public Optional<Advice> check(Situation situation) {
    var report = situation.report();
    // where the spec asks for it, it is known
    if (report == null
        || report.watch() == null
        || report.watch().method() != RuntimeReport.Method.Poll
        || situation.environment().spec().reload().watch() == Reload.Watch.Poll) {
      return Optional.empty();
    }
    var why = report.watch().detail();
    return Optional.of(why == null || why.isEmpty() ? advice() : advice(why));
  }
}
