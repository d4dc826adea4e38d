package io.godev.assess;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static io.godev.assess.Passes.is;
import static io.godev.assess.Passes.seen;
import static io.godev.assess.Pods.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.plan.Environments;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods that were lost, that go, or that are not this environment's. */
class ReplacedPodsTest {
  private static final String PORT = "run: {ports: [{name: http, containerPort: 8080}]}";

  private final GoDevEnvironment environment = Environments.environment(PORT);

  @Test
  void aPodOfAnEarlierEnvironmentOfTheNameMakesNothingTrue() {
    // When
    var status = Passes.assess(environment, seen(predecessors()), NOW);

    // Then
    is(status, Ready, False, "Waiting");
    assertThat(status.condition(Running).holds()).isFalse();
    assertThat(status.startup()).isNull();
    assertThat(status.build()).isNull();
  }

  @Test
  void aPodOfAnEarlierEnvironmentIsNoneOfASuspendedOne() {
    // When
    var status = Passes.assess(suspended(), seen(predecessors()), NOW);

    // Then
    is(status, Ready, True, "Suspended");
  }

  @Test
  void aPodOfAnEarlierEnvironmentIsNotWhatARejectedSpecLeavesRunning() {
    // When
    var status = Passes.reject(environment, seen(predecessors()), NOW);

    // Then
    assertThat(status.condition(Ready).message()).isEqualTo("spec.go: is not good");
    assertThat(status.condition(Running).holds()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"Evicted, Evicted", "NodeShutdown, PodLost"})
  void aLostPodThatIsBeingReplacedStillSaysWhyItWasLost(String kubelet, String reason) {
    // When
    var status =
        Passes.assess(
            environment, seen(Pods.started().phase("Failed", kubelet).deleted().build()), NOW);

    // Then
    is(status, Ready, False, reason);
  }

  @Test
  void aPodThatTheKubeletEndedBecauseItWasDeletedIsNotLost() {
    // When: the kubelet calls a pod failed, without a reason, whose program ends badly on SIGTERM
    var status =
        Passes.assess(
            environment, seen(Pods.started().phase("Failed", null).deleted().build()), NOW);

    // Then
    is(status, Ready, False, "Terminating");
  }

  @Test
  void aPodThatIsEvictedThroughTheApiSaysSoWhileItEnds() {
    // When
    var status =
        Passes.assess(
            environment,
            seen(
                Pods.started()
                    .disrupted("EvictionByEvictionAPI", "Eviction API: evicting")
                    .deleted()
                    .build()),
            NOW);

    // Then
    is(status, Ready, False, "Evicted");
    assertThat(status.condition(Ready).message())
        .isEqualTo(
            "The pod was evicted (EvictionByEvictionAPI: Eviction API: evicting); it is made anew with"
                + " the same volumes.");
  }

  @Test
  void aPodWhoseNodeIsGoneSaysSo() {
    // When
    var status =
        Passes.assess(
            environment,
            seen(
                Pods.started()
                    .disrupted("DeletionByPodGC", "PodGC: node no longer exists")
                    .phase("Failed", null)
                    .build()),
            NOW);

    // Then
    is(status, Ready, False, "PodLost");
    assertThat(status.condition(Ready).message()).contains("PodGC: node no longer exists");
  }

  @Test
  void thatAPodWasLostDuringAStartIsToldAtOnce() {
    // Given
    var before =
        Passes.assess(environment, seen(Pods.until("build").running("build").build()), NOW);
    var lost = seen(Pods.until("build").running("build").phase("Failed", "Evicted").build());

    // When
    var delay = StatusRhythm.delay(before, Passes.assess(environment, lost, NOW), lost, NOW);

    // Then
    assertThat(delay).isEqualTo(Duration.ZERO);
  }

  @Test
  void aPodWithoutAStatusIsOneThatWaits() {
    // Given
    var pod = Pods.pod().build();
    pod.setStatus(null);

    // When
    var status = Passes.assess(environment, seen(pod), NOW);

    // Then
    is(status, Ready, False, "Waiting");
  }

  @Test
  void aPodThatIsHeldByAFinalizerIsNotBlamedOnItsNode() {
    // Given
    var pod = Pods.started().deleted().build();
    pod.getMetadata().setFinalizers(List.of("example.com/keep"));

    // When
    var status = Passes.assess(environment, seen(pod), NOW.plusSeconds(60));

    // Then
    assertThat(status.condition(Ready).message())
        .contains("example.com/keep")
        .doesNotContain("--force");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ImageInspectError", "RegistryUnavailable", "SignatureValidationFailed"})
  void everyWayNotToGetAnImageIsForSomebodyToMend(String kubelet) {
    // When
    var status =
        Passes.assess(
            environment, seen(Pods.until("source").waiting("source", kubelet, "no").build()), NOW);

    // Then
    is(status, Ready, False, "ImagePullFailed");
  }

  @Test
  void aSchedulerThatGivesNoReasonIsNotQuotedAsNull() {
    // When
    var status = Passes.assess(environment, seen(Pods.pod().unschedulable(null).build()), NOW);

    // Then
    is(status, Ready, False, "Unschedulable");
    assertThat(status.condition(Ready).message()).doesNotContain("null");
  }

  private static GoDevEnvironment suspended() {
    return Environments.environment(PORT + "\nmode: Suspended");
  }

  private static Pod predecessors() {
    var pod = Pods.started().ready(true).build();
    pod.getMetadata().getOwnerReferences().get(0).setUid("an-earlier-one");
    return pod;
  }
}
