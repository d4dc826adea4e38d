package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.Run;
import io.godev.resolve.advice.Situation.ExternalPort;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The other environments of the cluster. */
public final class Neighbours {
  private Neighbours() {}

  /**
   * Ports that others have outside the cluster; none where the environment asks for none itself.
   *
   * @param all every environment, this one too
   */
  public static List<ExternalPort> externalPorts(
      GoDevEnvironment environment, Stream<GoDevEnvironment> all) {
    if (external(environment).findAny().isEmpty()) {
      return List.of();
    }
    var self = name(environment);
    return all.filter(other -> !name(other).equals(self))
        .flatMap(other -> external(other).map(port -> externalPort(port, name(other))))
        .toList();
  }

  // of what the user wrote, without its defaults
  private static Stream<Run.Port> external(GoDevEnvironment environment) {
    var spec = environment.getSpec();
    return spec == null || spec.run() == null || spec.run().ports() == null
        ? Stream.empty()
        : spec.run().ports().stream().filter(port -> port.expose() == Run.Expose.LoadBalancer);
  }

  private static ExternalPort externalPort(Run.Port port, String environment) {
    return new ExternalPort(
        Objects.requireNonNullElse(port.port(), port.containerPort()),
        Objects.requireNonNullElse(port.protocol(), Run.Protocol.TCP),
        environment);
  }

  private static String name(GoDevEnvironment environment) {
    return environment.getMetadata().getNamespace() + "/" + environment.getMetadata().getName();
  }
}
