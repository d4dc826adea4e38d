package io.godev.assess;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.Condition.Status.Unknown;
import static io.godev.api.v1alpha1.ConditionType.Exposed;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.assess.Passes.is;
import static io.godev.assess.Pods.CREATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.plan.Environments;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExposureTest {
  private static final String EXTERNAL =
      "run: {ports: [{name: http, containerPort: 80, port: 8080, expose: LoadBalancer}]}";
  private static final Instant LATE = CREATED.plusSeconds(60);

  @Test
  void anAddressIsAllThatIsAskedOfALoadBalancer() {
    // When
    var status =
        assess(EXTERNAL, LATE, new LoadBalancerIngressBuilder().withIp("192.0.2.1").build());

    // Then
    is(status, Exposed, True, "Succeeded");
  }

  @Test
  void aLoadBalancerTakesItsTime() {
    // When
    var status = assess(EXTERNAL, LATE.minusSeconds(1));

    // Then
    is(status, Exposed, Unknown, "Waiting");
  }

  @Test
  void aLoadBalancerThatGetsNoAddressIsToldOfWithWhatWorksWithoutIt() {
    // When
    var status = assess(EXTERNAL, LATE);

    // Then
    is(status, Exposed, False, "LoadBalancerPending");
    assertThat(status.condition(Exposed).message())
        .contains("another Service or program has port 8080")
        .endsWith("kubectl port-forward -n team pod/shop 8080:80");
    is(status, Ready, True, "Ready");
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    // When
    var status =
        assess(
            EXTERNAL,
            LATE,
            new LoadBalancerIngressBuilder()
                .withHostname("localhost")
                .addNewPort("example.com/PortInUse", 8080, "TCP")
                .build());

    // Then
    is(status, Exposed, False, "PortTaken");
    assertThat(status.condition(Exposed).message()).contains("port 8080: example.com/PortInUse");
  }

  @Test
  void nothingIsSaidWhereNoLoadBalancerIsAskedFor() {
    // When
    var status = assess("run: {ports: [{name: http, containerPort: 8080}]}", LATE);

    // Then
    assertThat(status.condition(Exposed)).isNull();
  }

  @Test
  void anEnvironmentIsLookedAtAgainWhenTheTimeOfItsLoadBalancerIsOver() {
    // When
    var look = StatusRhythm.nextLook(seen(), CREATED.plusSeconds(50));

    // Then
    assertThat(look).hasSeconds(11);
  }

  private static GoDevEnvironmentStatus assess(
      String spec, Instant now, LoadBalancerIngress... addresses) {
    return Passes.assess(Environments.environment(spec), seen(addresses), now);
  }

  private static Observation seen(LoadBalancerIngress... addresses) {
    List<HasMetadata> services =
        List.of(
            new ServiceBuilder()
                .withNewMetadata()
                .withName("shop-external")
                .withCreationTimestamp(CREATED.toString())
                .endMetadata()
                .withNewSpec()
                .withType("LoadBalancer")
                .addNewPort()
                .withPort(8080)
                .endPort()
                .endSpec()
                .withNewStatus()
                .withNewLoadBalancer()
                .withIngress(addresses)
                .endLoadBalancer()
                .endStatus()
                .build());
    return new Observation(Pods.started().ready(true).build(), services, List.of(), List.of());
  }
}
