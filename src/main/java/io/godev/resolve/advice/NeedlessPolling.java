package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.api.v1alpha1.Reload;
import io.godev.resolve.ResolvedEnvironment;

/** Files are looked at where their changes are told. */
final class NeedlessPolling implements SpecRule {
  @Override
  public About about() {
    return new About(
        Trap.Containers,
        Severity.Info,
        "spec.reload.watch",
        "is Poll for a workspace on a volume of its own, where events tell of changes at once",
        "remove it: Auto takes events where one is seen to arrive, and looks at the files elsewhere",
        "A poller that looked at 10,000 files in 1,000 folders twice a second took 8 % of a core; one that takes less"
            + " looks less often.");
  }

  @Override
  public boolean speaks(ResolvedEnvironment environment) {
    var spec = environment.spec();
    return spec.reload().watch() == Reload.Watch.Poll
        && spec.reload().mode() == Reload.Mode.OnChange
        && (spec.source().git() != null || spec.source().sync() != null);
  }

  @Override
  public String expression() {
    return "object.spec.?reload.?watch.orValue('') == 'Poll'"
        + " && object.spec.?reload.?mode.orValue('OnChange') == 'OnChange'"
        + " && (has(object.spec.source.git) || has(object.spec.source.sync))";
  }
}
