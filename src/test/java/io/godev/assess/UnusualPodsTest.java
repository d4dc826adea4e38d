package io.godev.assess;

import static io.godev.api.v1alpha1.ConditionType.Built;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Stalled;
import static io.godev.assess.Pods.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.godev.plan.Environments;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnusualPodsTest {
  private static final String PORT = "run: {ports: [{name: http, containerPort: 8080}]}";

  @Test
  void aTransitionTimeNeverGoesBack() {
    // Given
    var environment = Environments.environment(PORT);
    var running = Passes.seen(Pods.started().ready(true).build());
    environment.setStatus(Passes.assess(environment, running, NOW));
    environment.setStatus(Passes.reject(environment, running, NOW.plusSeconds(600)));

    // When
    var mended = Passes.assess(environment, running, NOW.plusSeconds(1200));

    // Then
    for (var type : List.of(Ready, Stalled)) {
      assertThat(mended.condition(type).lastTransitionTime())
          .isEqualTo(NOW.plusSeconds(1200).toString());
    }
  }

  @Test
  void aBuildThatWorksAgainTookItsTurnNow() {
    // Given
    var environment = Environments.environment(PORT);
    var failed = "{\"reason\":\"BuildFailed\"}";
    var seen = Passes.seen(Pods.started().failedAndWaiting("dev", 1, failed).build());
    environment.setStatus(Passes.assess(environment, seen, NOW.plusSeconds(600)));
    var mended =
        Passes.seen(Pods.until("dev").ended("build", 25, 55, null).running("dev", 700).build());

    // When
    var status = Passes.assess(environment, mended, NOW.plusSeconds(660));

    // Then
    assertThat(status.condition(Built).lastTransitionTime())
        .isGreaterThanOrEqualTo(environment.getStatus().condition(Built).lastTransitionTime());
  }

  @Test
  void aProgramWithoutAPortWhoseNodeIsLostDoesNotSpeakOfNull() {
    // Given
    var job = Environments.environment("");

    // When
    var status = Passes.assess(job, Passes.seen(Pods.started().ready(false).build()), NOW);

    // Then
    assertThat(status.condition(Ready).message())
        .doesNotContain("null")
        .doesNotContain("127.0.0.1");
  }

  @Test
  void aPodThatWasLostWithoutAReasonHasNoEmptyBrackets() {
    // Given
    var environment = Environments.environment(PORT);
    var lost = Passes.seen(Pods.started().phase("Failed", null).build());

    // When
    var status = Passes.assess(environment, lost, NOW);

    // Then
    assertThat(status.condition(Ready).message()).doesNotContain("()");
  }

  @Test
  void anInfiniteTimeIsNoNumberOfTheStatus() {
    // When
    var message = TerminationMessage.parse("{\"seconds\":1e999}");

    // Then
    assertThat(message).isEqualTo(TerminationMessage.NONE);
  }

  @Test
  void aNodeThatStartedAgainIsNotTheProgramsFailure() {
    // Given
    var environment = Environments.environment(PORT);
    var pod = Pods.started().build();
    var dev = pod.getStatus().getContainerStatuses().get(0);
    dev.setState(new ContainerStateBuilder().withNewWaiting(null, "PodInitializing").build());
    dev.setLastState(
        new ContainerStateBuilder()
            .withNewTerminated()
            .withExitCode(255)
            .withReason("Unknown")
            .withFinishedAt(NOW.toString())
            .endTerminated()
            .build());

    // When
    var status = Passes.assess(environment, Passes.seen(pod), NOW);

    // Then
    assertThat(status.condition(Stalled).holds()).isFalse();
  }

  @Test
  void aClockOfANodeThatIsAheadDelaysNoStatus() {
    // Given
    var environment = Environments.environment(PORT);
    var before = Passes.assess(environment, Passes.seen(Pods.until("source").build()), NOW);
    var seen = Passes.seen(Pods.until("modules").running("modules", 3660).build());

    // When
    var delay = StatusRhythm.delay(before, Passes.assess(environment, seen, NOW), seen, NOW);

    // Then
    assertThat(delay).isLessThanOrEqualTo(StatusRhythm.WORTH_TELLING);
  }

  @Test
  void anAddressOfIpv6IsInBrackets() {
    // Given
    var spec = "run: {ports: [{name: http, containerPort: 8080, expose: LoadBalancer}]}";
    var service =
        new io.fabric8.kubernetes.api.model.ServiceBuilder()
            .withNewSpec()
            .withType("LoadBalancer")
            .endSpec()
            .withNewStatus()
            .withNewLoadBalancer()
            .addNewIngress()
            .withIp("2001:db8::1")
            .endIngress()
            .endLoadBalancer()
            .endStatus()
            .build();

    // When
    var endpoints =
        Endpoints.of(Environments.resolved(Environments.environment(spec)), List.of(service));

    // Then
    assertThat(endpoints.get(0).externalUrl()).isEqualTo("http://[2001:db8::1]:8080");
  }
}
