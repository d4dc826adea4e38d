package io.godev.plan;

import static io.godev.plan.PodDecisionTest.NOW;
import static io.godev.plan.PodDecisionTest.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.cluster.Platform;
import io.godev.resolve.Resolution;
import io.godev.resolve.Resolver;
import io.godev.resolve.profile.Choice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When what waits for a restart is brought about; {@link #NOW} is twelve o'clock. */
class WaitingRestartTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final String SINCE = "2026-01-01T";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # policy     | idle | awake                | debugger  | use    | since    | restarts
          Manual       |      |                      |           | Idle   | 09:00:00 | false
          Manual       |      |                      | Paused    | Idle   | 09:00:00 | false
          Immediately  |      |                      |           |        |          | true
          Immediately  |      |                      | Off       | Active |          | true
          Immediately  |      |                      | Listening | Active |          | true
          Immediately  |      | true                 | Listening | Active |          | true
          Immediately  |      |                      | Attached  | Idle   | 09:00:00 | false
          Immediately  |      |                      | Paused    | Idle   | 09:00:00 | false
          Immediately  |      |                      | Later     | Idle   | 09:00:00 | false
          WhenIdle     |      |                      |           |        |          | false
          WhenIdle     |      |                      | Off       | Active |          | false
          WhenIdle     |      |                      | Off       | Later  | 09:00:00 | false
          WhenIdle     |      |                      | Off       | Idle   | 25:00:00 | false
          WhenIdle     |      |                      | Off       | Idle   | long ago | false
          WhenIdle     |      |                      | Off       | Quiet  | 11:45:01 | false
          WhenIdle     |      |                      | Off       | Quiet  | 11:45:00 | true
          WhenIdle     |      |                      | Off       | Idle   | 11:45:00 | true
          WhenIdle     |      |                      | Paused    | Idle   | 09:00:00 | false
          WhenIdle     |      |                      | Attached  | Idle   | 09:00:00 | false
          WhenIdle     |      |                      | Later     | Idle   | 09:00:00 | false
          WhenIdle     |      | true                 | Off       | Idle   | 09:00:00 | false
          WhenIdle     |      | 2026-01-01T12:00:01Z | Off       | Idle   | 09:00:00 | false
          WhenIdle     |      | 2026-01-01T12:00:00Z | Off       | Idle   | 09:00:00 | true
          WhenIdle     | 60   |                      | Off       | Quiet  | 11:45:01 | false
          WhenIdle     | 60   |                      | Off       | Quiet  | 11:45:00 | true
          WhenIdle     | 10   |                      | Off       | Quiet  | 11:55:01 | false
          WhenIdle     | 10   |                      | Off       | Quiet  | 11:55:00 | true
          """)
  void aChangeIsBroughtAbout(
      String policy,
      String idle,
      String awake,
      String debugger,
      String use,
      String since,
      boolean restarts) {
    // Given
    var pod = running(plan(policy, idle, awake, "a"));
    var plan = plan(policy, idle, awake, "b");
    var waits = PodDecision.of(plan, pod, NOW);

    // When
    var decision = WaitingRestart.of(waits, plan, pod, report(pod, debugger, use, since), NOW);

    // Then
    assertThat(waits).isEqualTo(new PodDecision.Keep(List.of("environment variable A")));
    if (restarts) {
      assertThat(decision).isInstanceOf(PodDecision.Remove.class);
    } else {
      assertThat(decision).isEqualTo(waits);
    }
  }

  @Test
  void whatAnotherPodReportedIsHistory() {
    // Given
    var pod = running(plan("WhenIdle", null, null, "a"));
    var plan = plan("WhenIdle", null, null, "b");
    var waits = PodDecision.of(plan, pod, NOW);
    var report = report(pod, "Off", "Idle", "09:00:00").of("another");

    // Then
    assertThat(WaitingRestart.of(waits, plan, pod, report, NOW)).isEqualTo(waits);
  }

  @Test
  void nothingIsRestartedForNothing() {
    // Given
    var plan = plan("Immediately", null, null, "a");
    var keep = new PodDecision.Keep(List.of());

    // Then
    assertThat(WaitingRestart.of(keep, plan, running(plan), null, NOW)).isEqualTo(keep);
  }

  @ParameterizedTest
  @CsvSource({
    "WhenIdle, Quiet, 11:50:00, 301",
    "WhenIdle, Active, , ",
    "WhenIdle, Quiet, long ago, ",
    "WhenIdle, Idle, 09:00:00, ",
    "Manual, Quiet, 11:50:00, "
  })
  void theMomentWhenItIsIdleIsLookedFor(String policy, String use, String since, Long seconds) {
    // Given
    var pod = running(plan(policy, null, null, "a"));
    var plan = plan(policy, null, null, "b");
    var waits = PodDecision.of(plan, pod, NOW);

    // When
    var delay = WaitingRestart.nextLook(waits, plan, pod, report(pod, "Off", use, since), NOW);

    // Then
    assertThat(delay).isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({"Manual, , ''", "WhenIdle, , 15", "WhenIdle, 60, 60", "Immediately, 5, 5"})
  void theRuntimeIsAskedWhoWorksWhereThatDecides(String policy, String idle, String minutes) {
    assertThat(plan(policy, idle, null, "a").pod().getMetadata().getAnnotations())
        .containsEntry(EnvironmentPod.IDLE_MINUTES, minutes);
  }

  // the value of a variable is the profile's
  private static EnvironmentPlan plan(String policy, String idle, String awake, String value) {
    var environment =
        Environments.environment(
            idle == null ? "mode: Running" : "idle: {suspendAfterMinutes: %s}".formatted(idle));
    if (awake != null) {
      environment.getMetadata().setAnnotations(Map.of("godev.io/keep-awake", awake));
    }
    var profile =
        YAML.unmarshal(
            """
            metadata: {name: standard}
            spec: {restart: %s, defaults: {run: {env: [{name: A, value: %s}]}}}
            """
                .formatted(policy, value),
            GoDevProfile.class);
    var resolver =
        new Resolver(
            Environments.DEFAULTS,
            () -> Platform.UNKNOWN,
            (namespace, written) -> new Choice.Chosen(profile));
    return new Planner(Environments.DEFAULTS, () -> Environments.AUTHORITY)
        .plan(((Resolution.Resolved) resolver.resolve(environment)).environment());
  }

  private static RuntimeReport report(Pod pod, String debugger, String use, String since) {
    pod.getMetadata().setUid("the-pod");
    return YAML.unmarshal(
        "podUid: the-pod\nsequence: 1\n"
            + (debugger == null ? "" : "debugger: {state: '%s'}\n".formatted(debugger))
            + (use == null
                ? ""
                : "use: {state: %s%s}\n"
                    .formatted(
                        use, since == null ? "" : ", since: '%s%sZ'".formatted(SINCE, since))),
        RuntimeReport.class);
  }
}
