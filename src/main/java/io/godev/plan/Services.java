package io.godev.plan;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.godev.api.v1alpha1.Run;
import io.godev.resolve.ResolvedEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The Services of an environment: one with its name for every exposed port, and one with {@code
 * -external} behind it for those of a load balancer, so that a port exposed to the cluster alone
 * stays inside.
 */
final class Services {
  private Services() {}

  static List<Service> of(ResolvedEnvironment environment) {
    List<Service> services = new ArrayList<>();
    var inside = ports(environment, expose -> expose != Run.Expose.None);
    if (!inside.isEmpty()) {
      services.add(service(environment, Names.service(environment.name()), "ClusterIP", inside));
    }
    var outside = ports(environment, expose -> expose == Run.Expose.LoadBalancer);
    if (!outside.isEmpty()) {
      services.add(
          service(environment, Names.externalService(environment.name()), "LoadBalancer", outside));
    }
    return services;
  }

  private static List<ServicePort> ports(
      ResolvedEnvironment environment, Predicate<Run.Expose> wanted) {
    return environment.spec().run().ports().stream()
        .filter(port -> wanted.test(port.expose()))
        .map(
            port ->
                new ServicePortBuilder()
                    .withName(port.name())
                    .withPort(port.port())
                    .withProtocol(port.protocol().name())
                    .withTargetPort(new IntOrString(port.containerPort()))
                    .build())
        .toList();
  }

  private static Service service(
      ResolvedEnvironment environment, String name, String type, List<ServicePort> ports) {
    return new ServiceBuilder()
        .withMetadata(Names.owned(environment, name))
        .withNewSpec()
        .withType(type)
        .withSelector(Names.selector(environment))
        .withPorts(ports)
        .endSpec()
        .build();
  }
}
