package io.godev.resolve.advice;

import io.godev.api.v1alpha1.Debug;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import java.time.Duration;
import java.util.Optional;

/** The program runs under a debugger since yesterday. */
final class DebugLeftOn implements AdviceRule {
  private static final Duration LONG = Duration.ofDays(1);

  @Override
  public About about() {
    return new About(
        Trap.Unlocked,
        Severity.Info,
        "spec.debug.mode",
        "has been Delve for more than a day: the program is built without optimisations",
        "set it to Off, and attach the debugger when it is needed, with the annotation godev.io/debug: attach",
        "What the debugger needs makes a web server of 9.2 MB one of 10.5 MB, and takes the compiler's optimisations"
            + " away.");
  }

  @Override
  public Optional<Advice> check(Situation situation) {
    var since = situation.debuggingSince();
    return since != null
            && situation.environment().spec().debug().mode() == Debug.Mode.Delve
            && !since.plus(LONG).isAfter(situation.now())
        ? Optional.of(advice())
        : Optional.empty();
  }
}
