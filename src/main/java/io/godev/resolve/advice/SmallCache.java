package io.godev.resolve.advice;

import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.resolve.ResolvedEnvironment;

/** Modules and build results hardly fit into the cache. */
final class SmallCache implements SpecRule {
  private static final String ENOUGH = "1Gi";

  @Override
  public About about() {
    return new About(
        Trap.Drift,
        Severity.Info,
        "spec.storage.cache.size",
        "is under 1Gi, which the modules and build results of one program may fill",
        "set at least 2Gi; a volume can grow while the environment is there",
        "A web server of the standard library alone left 460 MB of build results when it was built with and without"
            + " optimisations.");
  }

  @Override
  public boolean speaks(ResolvedEnvironment environment) {
    return environment.spec().storage().cache().size().compareTo(new Quantity(ENOUGH)) < 0;
  }

  @Override
  public String expression() {
    return "object.spec.?storage.?cache.?size.hasValue()"
        + " && quantity(string(object.spec.storage.cache.size)).isLessThan(quantity('"
        + ENOUGH
        + "'))";
  }
}
