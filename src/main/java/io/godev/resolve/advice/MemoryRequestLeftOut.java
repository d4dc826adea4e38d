package io.godev.resolve.advice;

import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.resolve.ResolvedEnvironment;

/** The scheduler is told of far less memory than may be used. */
final class MemoryRequestLeftOut implements SpecRule {
  private static final String USUAL = "1Gi";

  @Override
  public About about() {
    return new About(
        Trap.Platform,
        Severity.Info,
        "spec.resources.requests.memory",
        "is left out, and so 256Mi, while the limit is above 1Gi: nothing sets the rest aside",
        "set it to what the program and its builds use, such as half of the limit",
        "The machine of Docker Desktop has half of the computer's memory by default; where that runs out, any"
            + " program may be the one that is ended.");
  }

  @Override
  public boolean speaks(ResolvedEnvironment environment) {
    var written = environment.written().resources();
    return (written == null || written.requests() == null || written.requests().memory() == null)
        && environment.spec().resources().limits().memory().compareTo(new Quantity(USUAL)) > 0;
  }

  @Override
  public String expression() {
    return "!object.spec.?resources.?requests.?memory.hasValue()"
        + " && object.spec.?resources.?limits.?memory.hasValue()"
        + " && quantity(string(object.spec.resources.limits.memory)).isGreaterThan(quantity('"
        + USUAL
        + "'))";
  }
}
