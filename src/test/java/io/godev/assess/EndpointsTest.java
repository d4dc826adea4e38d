package io.godev.assess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Endpoint;
import io.godev.api.v1alpha1.Run.Protocol;
import io.godev.plan.Environments;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointsTest {
  private static final String EXTERNAL =
      "run: {ports: [{name: http, containerPort: 8080, expose: LoadBalancer}]}";

  @Test
  void aPortIsReachedByTheServiceAndByPortForward() {
    // When
    var endpoints = endpoints("run: {ports: [{name: http, containerPort: 8080}]}");

    // Then
    assertThat(endpoints)
        .containsExactly(
            new Endpoint(
                "http",
                8080,
                Protocol.TCP,
                "http://shop.team.svc:8080",
                null,
                "kubectl port-forward -n team pod/shop 8080:8080",
                null));
  }

  @ParameterizedTest
  @CsvSource({
    "http, http://shop.team.svc:9000",
    "http-admin, http://shop.team.svc:9000",
    "https, https://shop.team.svc:9000",
    "https-admin, https://shop.team.svc:9000",
    "httpd, shop.team.svc:9000",
    "grpc, shop.team.svc:9000",
  })
  void theNameOfAPortSaysWhatItSpeaks(String name, String url) {
    // When
    var endpoints = endpoints("run: {ports: [{name: %s, containerPort: 9000}]}".formatted(name));

    // Then
    assertThat(endpoints).extracting(Endpoint::url).containsExactly(url);
  }

  @Test
  void aPortThatIsNotExposedIsReachedByPortForwardAlone() {
    // When
    var endpoints = endpoints("run: {ports: [{name: http, containerPort: 8080, expose: None}]}");

    // Then
    assertThat(endpoints)
        .containsExactly(
            new Endpoint(
                "http",
                8080,
                Protocol.TCP,
                null,
                null,
                "kubectl port-forward -n team pod/shop 8080:8080",
                null));
  }

  @Test
  void twoPortsAreNeverForwardedToTheSameLocalOne() {
    // When
    var endpoints =
        endpoints(
            "run: {ports: [{name: http, containerPort: 80}, {name: alt, containerPort: 8080},"
                + " {name: dns, containerPort: 9080, protocol: UDP}]}");

    // Then
    assertThat(endpoints)
        .extracting(Endpoint::portForward)
        .containsExactly(
            "kubectl port-forward -n team pod/shop 9080:80",
            "kubectl port-forward -n team pod/shop 8080:8080",
            null);
  }

  @Test
  void aPortIsReachedByTheNumberThatIsAskedFor() {
    // When
    var endpoints = endpoints("run: {ports: [{name: http, containerPort: 80, port: 8080}]}");

    // Then
    assertThat(endpoints)
        .containsExactly(
            new Endpoint(
                "http",
                8080,
                Protocol.TCP,
                "http://shop.team.svc:8080",
                null,
                "kubectl port-forward -n team pod/shop 8080:80",
                null));
  }

  @Test
  void aLowPortIsForwardedToOneThatADeveloperMayOpen() {
    // When
    var endpoints = endpoints("run: {ports: [{name: https, containerPort: 443}]}");

    // Then
    assertThat(endpoints)
        .extracting(Endpoint::portForward)
        .containsExactly("kubectl port-forward -n team pod/shop 8443:443");
  }

  @Test
  void aPortOfUdpIsNotForwardedAndHasNoScheme() {
    // When
    var endpoints = endpoints("run: {ports: [{name: http, containerPort: 53, protocol: UDP}]}");

    // Then
    assertThat(endpoints)
        .containsExactly(
            new Endpoint("http", 53, Protocol.UDP, "shop.team.svc:53", null, null, null));
  }

  @Test
  void aLoadBalancerWithoutAnAddressIsNotToldOf() {
    // When
    var endpoints = endpoints(EXTERNAL, loadBalancer());

    // Then
    assertThat(endpoints).extracting(Endpoint::externalUrl).containsOnlyNulls();
  }

  @Test
  void aLoadBalancerIsReachedByItsAddress() {
    // When
    var endpoints =
        endpoints(
            EXTERNAL, loadBalancer(new LoadBalancerIngressBuilder().withIp("192.0.2.1").build()));

    // Then
    assertThat(endpoints)
        .extracting(Endpoint::url, Endpoint::externalUrl)
        .containsExactly(tuple("http://shop.team.svc:8080", "http://192.0.2.1:8080"));
  }

  @Test
  void aLoadBalancerWithANameIsReachedByIt() {
    // When
    var endpoints =
        endpoints(
            EXTERNAL,
            loadBalancer(
                new LoadBalancerIngressBuilder()
                    .withIp("192.0.2.1")
                    .withHostname("localhost")
                    .build()));

    // Then
    assertThat(endpoints)
        .extracting(Endpoint::externalUrl)
        .containsExactly("http://localhost:8080");
  }

  @Test
  void aPortForTheClusterHasNoAddressOutside() {
    // Given
    var spec =
        """
        run:
          ports:
          - {name: http, containerPort: 8080, expose: LoadBalancer}
          - {name: admin, containerPort: 9000}
        """;
    var balancer = loadBalancer(new LoadBalancerIngressBuilder().withIp("192.0.2.1").build());

    // When
    var endpoints = endpoints(spec, balancer);

    // Then
    assertThat(endpoints)
        .extracting(Endpoint::externalUrl)
        .containsExactly("http://192.0.2.1:8080", null);
  }

  @Test
  void withoutPortsThereIsNothingToReach() {
    // When
    var endpoints = endpoints("");

    // Then
    assertThat(endpoints).isEmpty();
  }

  private static List<Endpoint> endpoints(String spec, Service... services) {
    return Endpoints.of(Environments.resolved(Environments.environment(spec)), List.of(services));
  }

  private static Service loadBalancer(LoadBalancerIngress... ingress) {
    return new ServiceBuilder()
        .withNewSpec()
        .withType("LoadBalancer")
        .endSpec()
        .withNewStatus()
        .withNewLoadBalancer()
        .withIngress(ingress)
        .endLoadBalancer()
        .endStatus()
        .build();
  }
}
