package io.godev.cli.doctor;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.Run;
import io.godev.cluster.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * By which ways ports of environments are reached from this machine.
 *
 * <p>What is said of Docker Desktop is from {@code docs/guide/docker-desktop.md}; it was not tried
 * on it.
 */
final class PortRoutes implements Check {
  private static final String NAME = "PortRoutes";

  @Override
  public Stream<Finding> check(Seen seen) {
    var isDockerDesktop =
        seen.platform().map(Platform::distribution).filter(d -> d.isDockerDesktop()).isPresent();
    var routes =
        "\"godev forward\" works; LoadBalancer "
            + (isDockerDesktop
                ? "gives localhost:PORT"
                : "works if something in the cluster gives addresses to Services")
            + "; NodePort is not promised";
    if (!isDockerDesktop) {
      return Stream.of(Finding.ok(NAME, routes));
    }
    List<String> clashes = new ArrayList<>();
    wanted(seen.environments().orElse(List.of()))
        .forEach(
            (port, names) -> {
              if (names.size() > 1) {
                clashes.add(port + " is wanted by " + String.join(" and ", names));
              }
            });
    return Stream.of(
        clashes.isEmpty()
            ? Finding.ok(NAME, routes)
            : Finding.warn(
                NAME,
                routes + ". " + String.join("; ", clashes) + ", and localhost has it once",
                "set another port in spec.run.ports of one, or expose Cluster and use \"godev forward\""));
  }

  private static Map<String, List<String>> wanted(List<GoDevEnvironment> environments) {
    Map<String, List<String>> wanted = new TreeMap<>();
    for (var environment : environments) {
      external(environment)
          .map(
              port ->
                  Objects.requireNonNullElse(port.port(), port.containerPort())
                      + "/"
                      + Objects.requireNonNullElse(port.protocol(), Run.Protocol.TCP))
          .distinct()
          .forEach(
              port ->
                  wanted
                      .computeIfAbsent(port, any -> new ArrayList<>())
                      .add(environment.getMetadata().getName()));
    }
    return wanted;
  }

  private static Stream<Run.Port> external(GoDevEnvironment environment) {
    var run = environment.getSpec() == null ? null : environment.getSpec().run();
    return run == null || run.ports() == null
        ? Stream.empty()
        : run.ports().stream().filter(port -> port.expose() == Run.Expose.LoadBalancer);
  }
}
