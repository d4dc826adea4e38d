package io.godev.assess;

import io.fabric8.kubernetes.api.model.Service;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Endpoint;
import io.godev.api.v1alpha1.Run;
import io.godev.resolve.ResolvedEnvironment;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How to reach each port. */
final class Endpoints {
  private Endpoints() {}

  static List<Endpoint> of(ResolvedEnvironment environment, List<Service> services) {
    return Stream.concat(ports(environment, services), profiler(environment)).toList();
  }

  // the program serves it itself, on a port of its own or on one of spec.run.ports
  private static Stream<Endpoint> profiler(ResolvedEnvironment environment) {
    var profiling = environment.spec().profiling();
    if (profiling == null) {
      return Stream.empty();
    }
    var port =
        new Run.Port(
            "pprof", profiling.port(), profiling.port(), Run.Protocol.TCP, Run.Expose.None);
    var local = local(port, environment.spec().run().ports());
    return Stream.of(
        new Endpoint(
            port.name(),
            port.containerPort(),
            port.protocol(),
            null,
            null,
            portForward(environment, port),
            "go tool pprof http://localhost:" + local + "/debug/pprof/profile?seconds=30"));
  }

  private static Stream<Endpoint> ports(ResolvedEnvironment environment, List<Service> services) {
    return environment.spec().run().ports().stream()
        .map(
            port ->
                new Endpoint(
                    port.name(),
                    port.port(),
                    port.protocol(),
                    port.expose() == Run.Expose.None
                        ? null
                        : url(port, environment.name() + "." + environment.namespace() + ".svc"),
                    port.expose() == Run.Expose.LoadBalancer ? external(port, services) : null,
                    port.protocol() == Run.Protocol.TCP ? portForward(environment, port) : null,
                    null));
  }

  private static String external(Run.Port port, List<Service> services) {
    return services.stream()
        .filter(service -> "LoadBalancer".equals(service.getSpec().getType()))
        .filter(
            service -> service.getStatus() != null && service.getStatus().getLoadBalancer() != null)
        .flatMap(service -> service.getStatus().getLoadBalancer().getIngress().stream())
        .map(ingress -> ingress.getHostname() != null ? ingress.getHostname() : ingress.getIp())
        .filter(host -> host != null)
        .findFirst()
        .map(host -> url(port, host))
        .orElse(null);
  }

  private static String url(Run.Port port, String host) {
    // an IPv6 address stands in brackets (RFC 3986)
    var address = (host.contains(":") ? "[" + host + "]" : host) + ":" + port.port();
    if (port.protocol() != Run.Protocol.TCP) {
      return address;
    }
    if (port.name().equals("https") || port.name().startsWith("https-")) {
      return "https://" + address;
    }
    return port.name().equals("http") || port.name().startsWith("http-")
        ? "http://" + address
        : address;
  }

  private static String portForward(ResolvedEnvironment environment, Run.Port port) {
    return portForward(
        environment, local(port, environment.spec().run().ports()), port.containerPort());
  }

  /** The command that brings a port of the pod to a local one. */
  static String portForward(ResolvedEnvironment environment, int local, int port) {
    return "kubectl port-forward -n %s pod/%s %d:%d"
        .formatted(environment.namespace(), environment.name(), local, port);
  }

  // a developer is not root and cannot open a low port, nor one that another command opens
  private static int local(Run.Port port, List<Run.Port> all) {
    if (port.port() >= 1024) {
      return port.port();
    }
    return IntStream.iterate(port.port() + 8000, candidate -> candidate + 1000)
        .filter(candidate -> all.stream().noneMatch(other -> isForwarded(other, candidate)))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isForwarded(Run.Port port, int local) {
    return port.protocol() == Run.Protocol.TCP && port.port() == local;
  }
}
