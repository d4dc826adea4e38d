package io.godev.plan;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.godev.api.v1alpha1.Run;
import io.godev.resolve.ResolvedEnvironment;
import java.util.List;

/**
 * Only exposed ports take connections from other pods.
 *
 * <p>What leaves the pod is not restricted: a forgotten DNS server or module proxy would break
 * every build. Probes and {@code kubectl port-forward} come from the node and are always let in.
 */
final class IngressPolicy {
  private IngressPolicy() {}

  static NetworkPolicy of(ResolvedEnvironment environment) {
    return new NetworkPolicyBuilder()
        .withMetadata(
            new ObjectMetaBuilder(Names.owned(environment, Names.pod(environment.name())))
                .addToAnnotations(AcceptedSpec.ANNOTATION, AcceptedSpec.annotation(environment))
                .build())
        .withNewSpec()
        .withNewPodSelector()
        .withMatchLabels(Names.selector(environment))
        .endPodSelector()
        .withPolicyTypes("Ingress")
        .withIngress(rules(environment))
        .endSpec()
        .build();
  }

  private static List<NetworkPolicyIngressRule> rules(ResolvedEnvironment environment) {
    var ports =
        environment.spec().run().ports().stream()
            .filter(port -> port.expose() != Run.Expose.None)
            .map(
                port ->
                    new NetworkPolicyPort(
                        null, new IntOrString(port.containerPort()), port.protocol().name()))
            .toList();
    // a rule without ports would let everything in
    return ports.isEmpty()
        ? List.of()
        : List.of(new NetworkPolicyIngressRuleBuilder().withPorts(ports).build());
  }
}
