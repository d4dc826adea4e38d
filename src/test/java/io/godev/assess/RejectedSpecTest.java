package io.godev.assess;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Accepted;
import static io.godev.api.v1alpha1.ConditionType.Built;
import static io.godev.api.v1alpha1.ConditionType.PendingRestart;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static io.godev.api.v1alpha1.ConditionType.SourceReady;
import static io.godev.api.v1alpha1.ConditionType.Stalled;
import static io.godev.assess.Passes.is;
import static io.godev.assess.Passes.seen;
import static io.godev.assess.Pods.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.plan.Environments;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A spec that is rejected leaves what is known of the last accepted one. */
class RejectedSpecTest {
  private static final String PORT = "run: {ports: [{name: http, containerPort: 8080}]}";

  private static GoDevEnvironment accepted(String spec) {
    var environment = Environments.environment(spec);
    environment.setStatus(Passes.assess(environment, seen(null), NOW));
    environment.getMetadata().setGeneration(2L);
    return environment;
  }

  @Test
  void whatWaitsForARestartStillWaits() {
    // Given
    var environment = Environments.environment(PORT);
    var pod = Pods.started().ready(true).build();
    environment.setStatus(
        Passes.assess(
            environment,
            new Observation(pod, List.of(), List.of(), List.of("image of dev: a → b")),
            NOW));

    // When
    var status = Passes.reject(environment, seen(pod), NOW.plusSeconds(60));

    // Then
    is(status, Accepted, False, "InvalidSpec");
    is(status, PendingRestart, True, "ChangeWaits");
    assertThat(status.condition(PendingRestart).message()).contains("image of dev: a → b");
    assertThat(status.condition(PendingRestart).lastTransitionTime()).isEqualTo(NOW.toString());
  }

  @ParameterizedTest
  @MethodSource("lastAccepted")
  void howItIsWithTheLastAcceptedSpecIsToldBesideWhatIsWrong(Pod pod, String told) {
    // Given
    var environment = accepted(PORT);

    // When
    var status = Passes.keep(environment, seen(pod), NOW);

    // Then
    var wrong = "spec.go: is not good. The last accepted spec (generation 1) stays in force.";
    is(status, Accepted, False, "InvalidSpec");
    is(status, Ready, False, "InvalidSpec");
    is(status, Stalled, True, "InvalidSpec");
    assertThat(status.condition(Accepted).message()).isEqualTo(wrong);
    assertThat(status.condition(Ready).message()).startsWith(wrong + " ").contains(told);
    assertThat(status.observedGeneration()).isEqualTo(2);
    assertThat(status.acceptedSpec()).isEqualTo(environment.getStatus().acceptedSpec());
  }

  static Stream<Arguments> lastAccepted() {
    return Stream.of(
        Arguments.of(Pods.started().ready(true).build(), "The program runs and answers."),
        Arguments.of(
            Pods.started()
                .failedAndWaiting("dev", 1, "{\"reason\":\"Crashed\",\"detail\":\"exit code 3\"}")
                .build(),
            "exit code 3"),
        Arguments.of(Pods.until("build").running("build").build(), "It is being brought about."),
        Arguments.of(null, "It is being brought about."));
  }

  @Test
  void theStepsOfAStartFromTheLastAcceptedSpecAreNoNewFailures() {
    // Given
    var environment = accepted(PORT);
    environment.setStatus(
        Passes.keep(environment, seen(Pods.until("source").running("source").build()), NOW));

    // When
    var onward = Passes.keep(environment, seen(Pods.until("build").running("build").build()), NOW);
    var there = Passes.keep(environment, seen(Pods.started().ready(true).build()), NOW);

    // Then
    assertThat(Announcement.between(environment.getStatus(), onward)).isEmpty();
    assertThat(Announcement.between(environment.getStatus(), there))
        .get()
        .satisfies(news -> assertThat(news.message()).contains("runs and answers"));
  }

  @Test
  void theSpecThatIsInForceIsTheOneThatWasAcceptedLast() {
    // Given
    var first = accepted(PORT).getStatus().acceptedSpec();
    var changed = accepted(PORT + "\nmode: Suspended").getStatus().acceptedSpec();

    // Then
    assertThat(first.generation()).isEqualTo(1);
    assertThat(changed.hash()).isNotEqualTo(first.hash());
  }

  @Test
  void aSuspendedEnvironmentKeepsWhatIsOnItsVolumes() {
    // Given
    var environment = Environments.environment(PORT + "\nmode: Suspended");
    var running = Environments.environment(PORT);
    environment.setStatus(Passes.assess(running, seen(Pods.started().ready(true).build()), NOW));
    environment.setStatus(Passes.assess(environment, seen(null), NOW));

    // When
    var status = Passes.reject(environment, seen(null), NOW.plusSeconds(60));

    // Then
    is(status, Accepted, False, "InvalidSpec");
    assertThat(status.condition(SourceReady).reason())
        .isEqualTo(environment.getStatus().condition(SourceReady).reason());
    assertThat(status.condition(Built).status())
        .isEqualTo(environment.getStatus().condition(Built).status());
    is(status, Running, False, "Suspended");
  }
}
