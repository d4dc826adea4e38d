package io.godev.assess;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Accepted;
import static io.godev.api.v1alpha1.ConditionType.Built;
import static io.godev.api.v1alpha1.ConditionType.PendingRestart;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static io.godev.api.v1alpha1.ConditionType.SourceReady;
import static io.godev.assess.Passes.is;
import static io.godev.assess.Passes.seen;
import static io.godev.assess.Pods.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.godev.plan.Environments;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A spec that is rejected leaves what is known of the last accepted one. */
class RejectedSpecTest {
  private static final String PORT = "run: {ports: [{name: http, containerPort: 8080}]}";

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
