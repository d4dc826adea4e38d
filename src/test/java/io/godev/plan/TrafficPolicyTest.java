package io.godev.plan;

import static io.godev.plan.Environments.environment;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.cluster.Platform;
import io.godev.resolve.PlatformDefaults;
import io.godev.resolve.Resolution;
import io.godev.resolve.Resolver;
import io.godev.resolve.profile.Choice;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may reach the pod, and what it may reach. */
class TrafficPolicyTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "network: {}",
        "network: {egress: Open}",
        "network: {egress: Open, allow: [{cidr: 192.0.2.0/24}]}"
      })
  void nothingThatLeavesIsHeldBackUnlessTheProfileSaysSo(String profile) {
    // When
    var policy = policy("", profile);

    // Then
    assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress");
    assertThat(policy.getSpec().getEgress()).isEmpty();
  }

  @Test
  void onlyExposedPortsLetAnythingIn() {
    // When
    var policy =
        policy(
            """
            run:
              ports:
              - {name: a, containerPort: 8080}
              - {name: b, containerPort: 8081, expose: None}
              - {name: c, containerPort: 8082, expose: LoadBalancer, protocol: UDP}
            """,
            "");

    // Then
    assertThat(policy.getSpec().getPodSelector().getMatchLabels())
        .isEqualTo(Map.of("godev.io/environment", "shop"));
    assertThat(policy.getSpec().getIngress())
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(rule.getFrom()).isEmpty();
              assertThat(rule.getPorts())
                  .extracting(port -> port.getProtocol() + " " + port.getPort().getIntVal())
                  .containsExactly("TCP 8080", "UDP 8082");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "run: {ports: [{name: a, containerPort: 8080, expose: None}]}"})
  void withoutAnExposedPortNothingComesIn(String spec) {
    // a rule without ports would be one for all of them
    assertThat(policy(spec, "").getSpec().getIngress()).isEmpty();
    assertThat(policy(spec, "").getSpec().getPolicyTypes()).contains("Ingress");
  }

  @Test
  void restrictedEgressKeepsDnsTheOperatorAndTheNeighboursReachable() {
    // When
    var rules = restricted("");

    // Then
    assertThat(policy("", "network: {egress: Restricted}").getSpec().getPolicyTypes())
        .containsExactly("Ingress", "Egress");
    assertThat(rules).hasSize(3);
    var dns = rules.get(0);
    assertThat(ports(dns)).containsExactly("UDP 53", "TCP 53");
    assertThat(dns.getTo().get(0).getNamespaceSelector().getMatchLabels()).isNullOrEmpty();
    assertThat(dns.getTo().get(0).getPodSelector().getMatchLabels()).isNullOrEmpty();
    assertThat(dns.getTo().get(1).getIpBlock().getCidr()).isEqualTo("169.254.20.10/32");
    var operator = rules.get(1);
    assertThat(ports(operator)).containsExactly("TCP 8443");
    assertThat(operator.getTo())
        .singleElement()
        .satisfies(
            peer ->
                assertThat(peer.getPodSelector().getMatchLabels())
                    .isEqualTo(
                        Map.of(
                            "app.kubernetes.io/name",
                            "godev-operator",
                            "app.kubernetes.io/component",
                            "operator")));
    var neighbours = rules.get(2);
    assertThat(ports(neighbours)).isEmpty();
    assertThat(neighbours.getTo())
        .singleElement()
        .satisfies(
            peer -> {
              // those of the namespace alone
              assertThat(peer.getNamespaceSelector()).isNull();
              assertThat(peer.getPodSelector().getMatchExpressions())
                  .singleElement()
                  .satisfies(
                      of -> {
                        assertThat(of.getKey()).isEqualTo("godev.io/environment");
                        assertThat(of.getOperator()).isEqualTo("Exists");
                      });
            });
    // a rule without peers would let everything out
    assertThat(rules).allSatisfy(rule -> assertThat(rule.getTo()).isNotEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "https://godev-operator.godev-system.svc:8443/v1/report, godev-system, 8443",
        "https://godev-operator.tools.svc.cluster.local/v1/report, tools, 443",
        "https://reports.example.com:444/v1/report, , 444",
      })
  void aPodOfAnotherNamespaceIsNotTakenForTheOperator(String url, String namespace, int port) {
    // When
    var rule = egress("", "network: {egress: Restricted}", url).get(1);

    // Then
    assertThat(ports(rule)).containsExactly("TCP " + port);
    assertThat(rule.getTo().get(0).getNamespaceSelector().getMatchLabels())
        .isEqualTo(namespace == null ? Map.of() : Map.of("kubernetes.io/metadata.name", namespace));
  }

  @Test
  void whatTheProfileAllowsIsReachedOnItsPortsOrOnAll() {
    // When
    var rules =
        restricted(
            """
            , allow: [{cidr: 192.0.2.0/24, ports: [443, 3128]}, {cidr: 10.0.0.1/32}, {cidr: '2001:db8::/32', ports: [22]}]            """);

    // Then
    assertThat(rules.subList(3, 6))
        .extracting(TrafficPolicyTest::described)
        .containsExactly(
            "192.0.2.0/24 [TCP 443, TCP 3128]", "10.0.0.1/32 []", "2001:db8::/32 [TCP 22]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://10.1.2.3:3128 | 10.1.2.3/32 [TCP 3128]",
        "http://10.1.2.3 | 10.1.2.3/32 [TCP 80]",
        "https://10.1.2.3/ | 10.1.2.3/32 [TCP 443]",
        "http://[2001:db8::1]:3128 | 2001:db8::1/128 [TCP 3128]",
        "https://[2001:db8::1] | 2001:db8::1/128 [TCP 443]",
        "socks5://10.1.2.3 | 10.1.2.3/32 [TCP 1080]",
        "socks5h://10.1.2.3:9 | 10.1.2.3/32 [TCP 9]",
        // by name: the profile has to allow its addresses
        "http://proxy.example.com:3128 | ",
        // the API server would refuse the whole policy
        "http://10.1.2:3128 | ",
        "http://10.1.2.300:3128 | ",
        "http://10.1.2.3:99999 | ",
      })
  void aProxyOfTheProfileIsReachedWhereItIsNamedByAddress(String proxy, String expected) {
    // When
    var rules =
        egress(
            "",
            "network: {egress: Restricted}, defaults: {proxy: {https: '" + proxy + "'}}",
            Environments.REPORT_URL);

    // Then
    assertThat(rules.subList(3, rules.size()))
        .extracting(TrafficPolicyTest::described)
        .isEqualTo(expected == null ? List.of() : List.of(expected));
  }

  @Test
  void aModuleProxyIsReachedToo() {
    // When
    var rules =
        egress(
            "",
            """
            network: {egress: Restricted}, defaults: {proxy: {http: 'http://10.1.2.3:3128', https: 'http://10.1.2.3:3128'},
              go: {modules: {proxy: ['https://user@10.9.9.9/{go}', direct]}}}
            """,
            Environments.REPORT_URL);

    // Then
    assertThat(rules.subList(3, rules.size()))
        .extracting(TrafficPolicyTest::described)
        .containsExactly("10.1.2.3/32 [TCP 3128]", "10.9.9.9/32 [TCP 443]");
  }

  @Test
  void aProxyThatTheEnvironmentNamesIsNoWayOut() {
    // When
    var rules =
        egress(
            "proxy: {https: 'http://203.0.113.1:3128'}\ngo: {modules: {proxy: ['http://203.0.113.2']}}",
            "network: {egress: Restricted}",
            Environments.REPORT_URL);

    // Then
    assertThat(rules).hasSize(3);
  }

  private static String described(NetworkPolicyEgressRule rule) {
    return rule.getTo().get(0).getIpBlock().getCidr() + " " + ports(rule);
  }

  private static List<String> ports(NetworkPolicyEgressRule rule) {
    return Stream.ofNullable(rule.getPorts())
        .flatMap(List::stream)
        .map(port -> port.getProtocol() + " " + port.getPort().getIntVal())
        .toList();
  }

  private static List<NetworkPolicyEgressRule> restricted(String more) {
    return egress("", "network: {egress: Restricted" + more + "}", Environments.REPORT_URL);
  }

  private static NetworkPolicy policy(String spec, String profile) {
    return policy(spec, profile, Environments.REPORT_URL);
  }

  private static List<NetworkPolicyEgressRule> egress(String spec, String profile, String url) {
    return policy(spec, profile, url).getSpec().getEgress();
  }

  private static NetworkPolicy policy(String spec, String profile, String url) {
    var defaults = new PlatformDefaults("runtime", "golang:%s", url);
    var chosen =
        YAML.unmarshal("metadata: {name: standard}\nspec: {" + profile + "}", GoDevProfile.class);
    var resolution =
        new Resolver(
                defaults, () -> Platform.UNKNOWN, (namespace, written) -> new Choice.Chosen(chosen))
            .resolve(environment(spec));
    return TrafficPolicy.of(((Resolution.Resolved) resolution).environment(), defaults);
  }
}
