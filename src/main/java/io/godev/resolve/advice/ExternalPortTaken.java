package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.api.v1alpha1.Run;
import java.util.Optional;

/** Two environments want the same port of localhost. */
final class ExternalPortTaken implements AdviceRule {
  @Override
  public About about() {
    return new About(
        Trap.Platform,
        Severity.Warning,
        "spec.run.ports",
        "has a port with expose LoadBalancer that another environment has too, and localhost has it once",
        "set port to another number in one of them, or expose Cluster and use kubectl port-forward",
        "Docker Desktop binds the port of a LoadBalancer to localhost, for one Service alone; the other one stays"
            + " pending without a word.");
  }

  @Override
  public Optional<Advice> check(Situation situation) {
    if (!situation.environment().platform().distribution().isDockerDesktop()) {
      return Optional.empty();
    }
    return situation.environment().spec().run().ports().stream()
        .filter(port -> port.expose() == Run.Expose.LoadBalancer)
        .flatMap(
            port ->
                situation.taken().stream()
                    .filter(
                        taken -> taken.port() == port.port() && taken.protocol() == port.protocol())
                    .map(
                        taken -> port.name() + ": " + taken.port() + ", as " + taken.environment()))
        .findFirst()
        .map(this::advice);
  }
}
