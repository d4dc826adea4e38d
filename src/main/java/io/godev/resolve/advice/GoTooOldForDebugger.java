package io.godev.resolve.advice;

import io.godev.api.v1alpha1.Debug;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.resolve.ResolvedEnvironment;
import java.util.regex.Pattern;

/** The debugger does not know programs of this release. */
final class GoTooOldForDebugger implements SpecRule {
  // the same in Java and in RE2
  private static final String OLD = "^1[.]([0-9]|1[0-9]|2[0-4])([.]|$)";
  private static final Pattern IS_OLD = Pattern.compile(OLD);

  @Override
  public About about() {
    return new About(
        Trap.Unlocked,
        Severity.Warning,
        "spec.go.version",
        "is older than 1.25, and the debugger of spec.debug knows programs of Go 1.25 to 1.27",
        "take a newer release, or set spec.debug.mode to Off",
        "Delve refuses programs of releases that it was not made for (DelveUnsupportedGo).");
  }

  @Override
  public boolean speaks(ResolvedEnvironment environment) {
    var go = environment.written().go();
    // an image of the user's own decides, and nobody knows its release yet
    return environment.spec().debug().mode() == Debug.Mode.Delve
        && (go == null || go.image() == null)
        && IS_OLD.matcher(environment.spec().go().version()).find();
  }

  @Override
  public String expression() {
    return "object.spec.?debug.?mode.orValue('') == 'Delve'"
        + " && !object.spec.?go.?image.hasValue()"
        + " && object.spec.?go.?version.orValue('').matches(r'"
        + OLD
        + "')";
  }
}
