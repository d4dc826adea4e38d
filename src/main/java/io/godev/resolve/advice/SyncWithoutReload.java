package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.api.v1alpha1.Reload;
import io.godev.resolve.ResolvedEnvironment;

/** What is pushed does not reach the program. */
final class SyncWithoutReload implements SpecRule {
  @Override
  public About about() {
    return new About(
        Trap.Drift,
        Severity.Info,
        "spec.reload.mode",
        "is Off for a workspace that is pushed: the program stays as it is when files arrive",
        "remove it, because OnChange is the default here, or restart the environment after a push",
        "A change of a file that the running program does not have is what most questions about containers and hot"
            + " reload are about.");
  }

  @Override
  public boolean speaks(ResolvedEnvironment environment) {
    return environment.spec().source().sync() != null
        && environment.spec().reload().mode() == Reload.Mode.Off;
  }

  @Override
  public String expression() {
    return "has(object.spec.source.sync) && object.spec.?reload.?mode.orValue('') == 'Off'";
  }
}
