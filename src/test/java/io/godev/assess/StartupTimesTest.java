package io.godev.assess;

import static io.godev.assess.Pods.CREATED;
import static io.godev.assess.Pods.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Startup;
import org.junit.jupiter.api.Test;

class StartupTimesTest {
  private static final String AT = CREATED.toString();

  @Test
  void eachPhaseIsTheRuntimesOwnMeasureOrTheDifferenceOfThePodsTimes() {
    // Given
    var pod = complete().build();

    // When
    var times = times(pod, null);

    // Then
    assertThat(times).isEqualTo(new Startup(AT, 1.0, 3.0 + 6.0, 0.5, 12.25, 30.125, 3.0, 59.0));
  }

  @Test
  void aStepWhoseRuntimeSaidNothingIsMeasuredByThePodsTimes() {
    // Given
    var pod = complete().ended("source", 11, 12, null).build();

    // When
    var times = times(pod, null);

    // Then
    assertThat(times.source()).isEqualTo(1.0);
  }

  @Test
  void aPhaseThatHasNotEndedIsAbsent() {
    // Given
    var pod =
        Pods.pod()
            .scheduled()
            .ended("runtime", 4, 5, null)
            .ended("source", 11, 12, "{\"seconds\":0.5}")
            .running("modules", 12)
            .build();

    // When
    var times = times(pod, null);

    // Then
    assertThat(times).isEqualTo(new Startup(AT, 1.0, 9.0, 0.5, null, null, null, null));
  }

  @Test
  void aPodWithoutANodeHasOnlyItsBeginning() {
    // Given
    var pod = Pods.pod().unschedulable("no node").build();

    // When
    var times = times(pod, null);

    // Then
    assertThat(times).isEqualTo(new Startup(AT, null, null, null, null, null, null, null));
  }

  @Test
  void aStepThatFailedHasTakenNoTime() {
    // Given
    var pod =
        Pods.pod().scheduled().failedAndRunning("source", 1, "{\"seconds\":4,\"reason\":\"x\"}");

    // When
    var times = times(pod.build(), null);

    // Then
    assertThat(times.source()).isNull();
  }

  @Test
  void aProgramThatDoesNotAnswerYetHasNoTotal() {
    // Given
    var pod = complete().ready(false).build();

    // When
    var times = times(pod, null);

    // Then
    assertThat(times.ready()).isNull();
    assertThat(times.total()).isNull();
    assertThat(times.build()).isEqualTo(30.125);
  }

  @Test
  void anOutageAfterTheStartIsNoStart() {
    // Given
    var before = times(complete().build(), null);
    var recovered = complete().running("dev", 500).readyAfter(600).build();

    // When
    var times = times(recovered, before);

    // Then
    assertThat(times).isEqualTo(before);
  }

  @Test
  void aStartThatIsNotCompleteIsMeasuredOn() {
    // Given
    var before = times(Pods.pod().scheduled().build(), null);

    // When
    var times = times(complete().build(), before);

    // Then
    assertThat(times.total()).isEqualTo(59.0);
  }

  @Test
  void anotherPodIsAnotherStart() {
    // Given
    var before = times(complete().build(), null);
    var next = Pods.pod().build();
    next.getMetadata().setCreationTimestamp(NOW.toString());

    // When
    var times = times(next, before);

    // Then
    assertThat(times)
        .isEqualTo(new Startup(NOW.toString(), null, null, null, null, null, null, null));
  }

  private static Pods complete() {
    return Pods.pod()
        .scheduled()
        .ended("runtime", 4, 5, null)
        .ended("source", 11, 12, "{\"seconds\":0.5}")
        .ended("modules", 12, 25, "{\"seconds\":12.25}")
        .ended("build", 25, 55, "{\"seconds\":30.125}")
        .running("dev", 56)
        .readyAfter(59);
  }

  private static Startup times(Pod pod, Startup previous) {
    return StartupTimes.of(pod, new PodSteps(Passes.seen(pod), NOW), previous);
  }
}
