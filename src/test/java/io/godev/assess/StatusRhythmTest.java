package io.godev.assess;

import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static io.godev.assess.Pods.CREATED;
import static io.godev.assess.Pods.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.plan.Environments;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusRhythmTest {
  private final GoDevEnvironment environment =
      Environments.environment("run: {ports: [{name: http, containerPort: 8080}]}");
  private final GoDevEnvironmentStatus written =
      assess(Pods.until("source").running("source").build());
  private final Pod onward = Pods.until("modules").running("modules").build();

  @ParameterizedTest
  @CsvSource({"0, 5", "2, 3", "4, 1", "5, 0", "60, 0"})
  void progressIsToldOnceItHasLastedFiveSeconds(int lasted, int delay) {
    // When
    var wait = delay(written, onward, NOW.plusSeconds(lasted));

    // Then
    assertThat(wait).hasSeconds(delay);
  }

  @Test
  void aPodWithoutContainersLastsSinceItWasMade() {
    // When
    var wait = delay(written, Pods.pod().build(), CREATED.plusSeconds(1));

    // Then
    assertThat(wait).hasSeconds(4);
  }

  @Test
  void theFirstStatusIsToldAtOnce() {
    // When
    var wait = delay(null, onward, NOW);

    // Then
    assertThat(wait).isZero();
  }

  @Test
  void aFailureIsToldAtOnce() {
    // Given
    var failed =
        Pods.until("modules").failed("modules", 1, "Error", "{\"reason\":\"GoSumMissing\"}");

    // When
    var wait = delay(written, failed.build(), NOW);

    // Then
    assertThat(wait).isZero();
  }

  @Test
  void thatItIsReadyIsToldAtOnce() {
    // When
    var wait = delay(written, Pods.started().ready(true).build(), NOW);

    // Then
    assertThat(wait).isZero();
  }

  @Test
  void thatAFailureIsOverIsToldAtOnce() {
    // Given
    var stalled =
        assess(Pods.until("source").failed("source", 1, "Error", "{\"reason\":\"x\"}").build());

    // When
    var wait = delay(stalled, onward, NOW);

    // Then
    assertThat(wait).isZero();
  }

  @Test
  void anAnswerToANewSpecIsToldAtOnce() {
    // Given
    environment.getMetadata().setGeneration(2L);

    // When
    var wait = delay(written, onward, NOW);

    // Then
    assertThat(wait).isZero();
  }

  @Test
  void aChangeThatWaitsForARestartIsToldAtOnce() {
    // Given
    var seen = new Observation(onward, List.of(), List.of(), List.of("image of dev"));

    // When
    var wait = StatusRhythm.delay(written, Passes.assess(environment, seen, NOW), seen, NOW);

    // Then
    assertThat(wait).isZero();
  }

  @Test
  void thatThePodIsGoneIsToldAtOnce() {
    // When
    var wait = delay(written, null, NOW);

    // Then
    assertThat(wait).isZero();
  }

  @Test
  void nothingChangesByTimeAloneInAPodThatRuns() {
    // When
    var look = StatusRhythm.nextLook(Passes.seen(Pods.started().ready(true).build()), NOW);

    // Then
    assertThat(look).isNull();
  }

  @Test
  void withoutAPodNothingChangesByTimeAlone() {
    // When
    var look = StatusRhythm.nextLook(Passes.seen(null), NOW);

    // Then
    assertThat(look).isNull();
  }

  @ParameterizedTest
  @CsvSource({"0, 31", "30, 1", "31, 0"})
  void aPodThatEndsIsLookedAtOnceItsNodeShouldHaveAnswered(int after, int wait) {
    // Given
    var seen = Passes.seen(Pods.started().deleted().build());

    // When
    var look = StatusRhythm.nextLook(seen, NOW.plusSeconds(after));

    // Then
    assertThat(look).hasSeconds(wait);
  }

  @Test
  void aPodWhoseNodeDoesNotAnswerIsNotLookedAtForEver() {
    // Given
    var seen = Passes.seen(Pods.started().deleted().build());

    // When
    var look = StatusRhythm.nextLook(seen, NOW.plusSeconds(32));

    // Then
    assertThat(look).isNull();
  }

  @Test
  void aProgramThatCrashedIsLookedAtOnceItHasHeldOut() {
    // Given
    var pod = Pods.started().failedAndRunning("dev", 1, "{\"reason\":\"Crashed\"}").build();
    var now = NOW.plusSeconds(5);

    // When
    var look = StatusRhythm.nextLook(Passes.seen(pod), now);

    // Then
    assertThat(look).hasSeconds(11);
    assertThat(assess(pod, now).condition(Running).holds()).isFalse();
    assertThat(assess(pod, now.plus(look)).condition(Running).holds()).isTrue();
  }

  @Test
  void aProgramThatDoesNotAnswerIsLookedAtOnceItShould() {
    // Given
    var pod = Pods.started().ready(false).build();

    // When
    var look = StatusRhythm.nextLook(Passes.seen(pod), NOW);

    // Then
    assertThat(look).hasSeconds(31);
    assertThat(StatusRhythm.nextLook(Passes.seen(pod), NOW.plus(look))).isNull();
    assertThat(assess(pod, NOW.plus(look)).condition(Ready).reason()).isEqualTo("NotAnswering");
  }

  @Test
  void aPodThatNoNodeTakesIsLookedAtOnceItsVolumesShouldBeThere() {
    // Given: it is unscheduled since one second after it was made
    var pod = Pods.pod().unschedulable("pod has unbound immediate PersistentVolumeClaims").build();
    var now = CREATED.plusSeconds(2);

    // When
    var look = StatusRhythm.nextLook(Passes.seen(pod), now);

    // Then
    assertThat(look).hasSeconds(10);
    assertThat(assess(pod, now).condition(Ready).reason()).isEqualTo("Waiting");
    assertThat(assess(pod, now.plus(look)).condition(Ready).reason()).isEqualTo("Unschedulable");
  }

  @Test
  void aProgramThatHasHeldOutNeedsNoFurtherLook() {
    // Given
    var pod =
        Pods.started().failedAndRunning("dev", 1, "{\"reason\":\"Crashed\"}").ready(true).build();

    // When
    var look = StatusRhythm.nextLook(Passes.seen(pod), NOW.plusSeconds(15));

    // Then
    assertThat(look).isNull();
  }

  private Duration delay(GoDevEnvironmentStatus before, Pod pod, Instant now) {
    return StatusRhythm.delay(before, assess(pod, now), Passes.seen(pod), now);
  }

  private GoDevEnvironmentStatus assess(Pod pod) {
    return assess(pod, NOW);
  }

  private GoDevEnvironmentStatus assess(Pod pod, Instant now) {
    return Passes.assess(environment, Passes.seen(pod), now);
  }
}
