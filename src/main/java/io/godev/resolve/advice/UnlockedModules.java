package io.godev.resolve.advice;

import io.godev.api.v1alpha1.Go;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.resolve.ResolvedEnvironment;

/** The go command may change which modules are taken. */
final class UnlockedModules implements SpecRule {
  @Override
  public About about() {
    return new About(
        Trap.Unlocked,
        Severity.Info,
        "spec.go.modules.lock",
        "is Update, so that the go command may add to go.mod and go.sum, and two starts may build from different"
            + " modules",
        "run \"go mod tidy\", commit go.mod and go.sum, and remove the field",
        "With -mod=mod the newest version that fits is taken where go.mod names none, whatever that is on the day.");
  }

  @Override
  public boolean speaks(ResolvedEnvironment environment) {
    return environment.spec().go().modules().lock() == Go.Lock.Update;
  }

  @Override
  public String expression() {
    return "object.spec.?go.?modules.?lock.orValue('') == 'Update'";
  }
}
