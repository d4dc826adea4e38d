package io.godev.plan;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.godev.api.v1alpha1.GoDevProfileSpec.Destination;
import io.godev.api.v1alpha1.Run;
import io.godev.resolve.PlatformDefaults;
import io.godev.resolve.ResolvedEnvironment;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What may reach the pod, and what it may reach.
 *
 * <p>Only exposed ports take connections from other pods. Probes and {@code kubectl port-forward}
 * come from the node and are always let in. What leaves the pod is restricted only where the
 * profile says so: a forgotten DNS server or module proxy would break every build.
 */
final class TrafficPolicy {
  private static final int DNS = 53;
  // https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/
  private static final String NODE_LOCAL_DNS = "169.254.20.10/32";
  private static final LabelSelector EVERY = new LabelSelector();
  // https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name
  private static final String NAMESPACE = "kubernetes.io/metadata.name";
  private static final Pattern SERVICE = Pattern.compile("[^.]+[.]([^.]+)[.]svc([.].*)?");

  private static final int HIGHEST_PORT = 65_535;
  private static final Map<String, Integer> PORTS =
      Map.of("http", 80, "https", 443, "socks5", 1080, "socks5h", 1080);
  private static final Pattern BY_ADDRESS =
      Pattern.compile(
          "(?<scheme>https?|socks5h?)://([^/@]*@)?"
              + "((?<v4>(OCTET[.]){3}OCTET)|\\[(?<v6>[0-9a-fA-F:]+)])"
                  .replace("OCTET", "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])")
              + "(:(?<port>[0-9]{1,5}))?(/.*)?");

  private TrafficPolicy() {}

  static NetworkPolicy of(ResolvedEnvironment environment, PlatformDefaults defaults) {
    var restricted = environment.profile().restrictsEgress();
    return new NetworkPolicyBuilder()
        .withMetadata(
            new ObjectMetaBuilder(Names.owned(environment, Names.pod(environment.name())))
                .addToAnnotations(AcceptedSpec.ANNOTATION, AcceptedSpec.annotation(environment))
                .build())
        .withNewSpec()
        .withNewPodSelector()
        .withMatchLabels(Names.selector(environment))
        .endPodSelector()
        .withPolicyTypes(restricted ? List.of("Ingress", "Egress") : List.of("Ingress"))
        .withIngress(ingress(environment))
        .withEgress(restricted ? egress(environment, defaults) : List.of())
        .endSpec()
        .build();
  }

  private static List<NetworkPolicyIngressRule> ingress(ResolvedEnvironment environment) {
    var ports =
        environment.spec().run().ports().stream()
            .filter(port -> port.expose() != Run.Expose.None)
            .map(port -> port(port.protocol().name(), port.containerPort()))
            .toList();
    // a rule without ports would let everything in
    return ports.isEmpty()
        ? List.of()
        : List.of(new NetworkPolicyIngressRuleBuilder().withPorts(ports).build());
  }

  private static List<NetworkPolicyEgressRule> egress(
      ResolvedEnvironment environment, PlatformDefaults defaults) {
    var allowed =
        Objects.requireNonNullElse(environment.profile().network().allow(), List.<Destination>of());
    return Stream.of(
            Stream.of(dns(), operator(defaults), neighbours()),
            proxies(environment),
            allowed.stream().map(TrafficPolicy::destination))
        .flatMap(rules -> rules)
        .toList();
  }

  private static NetworkPolicyEgressRule dns() {
    return new NetworkPolicyEgressRuleBuilder()
        .addNewTo()
        .withNamespaceSelector(EVERY)
        .withPodSelector(EVERY)
        .endTo()
        .addNewTo()
        .withIpBlock(new IPBlock(NODE_LOCAL_DNS, List.of()))
        .endTo()
        .withPorts(port("UDP", DNS), port("TCP", DNS))
        .build();
  }

  // its pods in its own namespace: anybody can put its labels on a pod in another one
  private static NetworkPolicyEgressRule operator(PlatformDefaults defaults) {
    var url = URI.create(defaults.reportUrl());
    return new NetworkPolicyEgressRuleBuilder()
        .addNewTo()
        .withNamespaceSelector(namespaceOf(url.getHost()))
        .withPodSelector(
            new LabelSelectorBuilder()
                .withMatchLabels(
                    Map.of(
                        "app.kubernetes.io/name",
                        Names.OPERATOR,
                        "app.kubernetes.io/component",
                        "operator"))
                .build())
        .endTo()
        .withPorts(port("TCP", portOf(url)))
        .build();
  }

  private static LabelSelector namespaceOf(String host) {
    var service = SERVICE.matcher(host);
    return service.matches()
        ? new LabelSelectorBuilder().addToMatchLabels(NAMESPACE, service.group(1)).build()
        // a name of the platform's own tells nothing
        : EVERY;
  }

  private static NetworkPolicyEgressRule neighbours() {
    return new NetworkPolicyEgressRuleBuilder()
        .addNewTo()
        .withNewPodSelector()
        .addNewMatchExpression()
        .withKey(Names.ENVIRONMENT)
        .withOperator("Exists")
        .endMatchExpression()
        .endPodSelector()
        .endTo()
        .build();
  }

  // the profile's own: one of the environment's could be any address. Of those, what is named by
  // address; for others the profile has to allow their addresses
  private static Stream<NetworkPolicyEgressRule> proxies(ResolvedEnvironment environment) {
    return environment.profile().proxies().stream()
        .map(BY_ADDRESS::matcher)
        .filter(Matcher::matches)
        .filter(url -> numberOf(url) <= HIGHEST_PORT)
        .map(url -> new Destination(single(url), List.of(numberOf(url))))
        .distinct()
        .map(TrafficPolicy::destination);
  }

  private static String single(Matcher url) {
    return url.group("v4") != null ? url.group("v4") + "/32" : url.group("v6") + "/128";
  }

  private static int numberOf(Matcher url) {
    var port = url.group("port");
    return port != null ? Integer.parseInt(port) : PORTS.get(url.group("scheme"));
  }

  private static NetworkPolicyEgressRule destination(Destination destination) {
    var ports = Objects.requireNonNullElse(destination.ports(), List.<Integer>of());
    return new NetworkPolicyEgressRuleBuilder()
        .addNewTo()
        .withIpBlock(new IPBlock(destination.cidr(), List.of()))
        .endTo()
        .withPorts(ports.stream().map(number -> port("TCP", number)).toList())
        .build();
  }

  private static int portOf(URI url) {
    return url.getPort() > 0 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
  }

  private static NetworkPolicyPort port(String protocol, int number) {
    return new NetworkPolicyPort(null, new IntOrString(number), protocol);
  }
}
