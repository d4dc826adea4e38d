package io.godev.assess;

import static io.godev.api.v1alpha1.ConditionType.Exposed;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.PortStatus;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.godev.api.v1alpha1.Reason;
import io.godev.api.v1alpha1.Run;
import io.godev.resolve.ResolvedEnvironment;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether a load balancer reaches the ports that ask for one.
 *
 * <p>It does not count for Ready: most clusters on a developer's machine have none, and {@code
 * kubectl port-forward} works without.
 */
final class Exposure {
  private Exposure() {}

  /** How it is; empty where no port asks for it, or there is nothing to reach. */
  static Optional<Finding> of(ResolvedEnvironment environment, Observation seen, Instant now) {
    var asked =
        environment.spec().run().ports().stream()
            .anyMatch(port -> port.expose() == Run.Expose.LoadBalancer);
    if (!asked || environment.isSuspended()) {
      return Optional.empty();
    }
    return Optional.of(
        balancer(seen)
            .map(service -> finding(environment, service, now))
            .orElseGet(
                () -> Finding.open(Exposed, Reason.Waiting, "There is no Service yet.", now)));
  }

  /** When a load balancer without an address stops being one that takes its time; else empty. */
  static Optional<Instant> turn(Observation seen) {
    return balancer(seen).filter(service -> ingress(service).isEmpty()).map(Exposure::patience);
  }

  private static Finding finding(ResolvedEnvironment environment, Service service, Instant now) {
    var error = errors(service).findFirst();
    if (error.isPresent()) {
      return Finding.fails(
          Exposed,
          Reason.PortTaken.name(),
          "The load balancer cannot open port %d: %s. %s"
              .formatted(error.get().getPort(), error.get().getError(), remedy(environment)),
          now);
    }
    if (!ingress(service).isEmpty()) {
      return Finding.holds(Exposed, Reason.Succeeded, "The load balancer has an address.", now);
    }
    return now.isBefore(patience(service))
        ? Finding.open(Exposed, Reason.Waiting, "The load balancer has no address yet.", now)
        : Finding.fails(
            Exposed,
            Reason.LoadBalancerPending.name(),
            "The load balancer has no address after %d s: this cluster has none, or another Service or program has port %s. %s"
                .formatted(Patience.BALANCING.toSeconds(), ports(service), remedy(environment)),
            now);
  }

  private static String remedy(ResolvedEnvironment environment) {
    return "See who has it with \"kubectl get services -A\" and take another spec.run.ports[].port; until then: "
        + Endpoints.of(environment, List.of()).stream()
            .map(endpoint -> endpoint.portForward())
            .filter(command -> command != null)
            .findFirst()
            .orElse("expose: Cluster");
  }

  private static Optional<Service> balancer(Observation seen) {
    return seen.objects(Service.class).stream()
        .filter(service -> "LoadBalancer".equals(service.getSpec().getType()))
        .findFirst();
  }

  private static Instant patience(Service service) {
    return Instant.parse(service.getMetadata().getCreationTimestamp()).plus(Patience.BALANCING);
  }

  private static List<LoadBalancerIngress> ingress(Service service) {
    return service.getStatus() == null || service.getStatus().getLoadBalancer() == null
        ? List.of()
        : service.getStatus().getLoadBalancer().getIngress();
  }

  // https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/:
  // ports[].error
  private static Stream<PortStatus> errors(Service service) {
    return ingress(service).stream()
        .flatMap(address -> address.getPorts().stream())
        .filter(port -> port.getError() != null);
  }

  private static String ports(Service service) {
    return service.getSpec().getPorts().stream()
        .map(ServicePort::getPort)
        .map(String::valueOf)
        .collect(Collectors.joining(", "));
  }
}
