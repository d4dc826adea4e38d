package io.godev.plan;

import static io.godev.plan.Environments.DEFAULTS;
import static io.godev.plan.Environments.environment;
import static io.godev.plan.PodDecisionTest.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.cluster.Platform;
import io.godev.resolve.Resolution;
import io.godev.resolve.Resolver;
import io.godev.resolve.profile.Choice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a change that nobody made in the spec restarts somebody; it is noon. */
class WaitingRestartTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final String BEFORE = "defaults: {securityContext: {runAsUser: 2000}}, restart: ";
  private static final String AFTER = "defaults: {securityContext: {runAsUser: 3000}}, restart: ";
  private static final String IDLE = "use: {state: Idle, since: '2026-01-01T11:45:00Z'}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Manual | | false",
        "Manual | use: {state: Idle, since: '2025-01-01T00:00:00Z'} | false",
        "Immediately | | true",
        "Immediately | use: {state: Active, kind: Build} | true",
        "Immediately | debugger: {state: Off} | true",
        "Immediately | debugger: {state: Listening} | true",
        "Immediately | debugger: {state: Failed} | true",
        "Immediately | debugger: {} | true",
        "Immediately | debugger: {state: Attached} | false",
        "Immediately | debugger: {state: Paused} | false",
        "WhenIdle | | false",
        "WhenIdle | debugger: {state: Off} | false",
        "WhenIdle | use: {} | false",
        "WhenIdle | use: {since: '2026-01-01T11:00:00Z'} | false",
        "WhenIdle | use: {state: Active, since: '2026-01-01T11:00:00Z'} | false",
        "WhenIdle | use: {state: Idle, since: '2026-01-01T11:45:00Z'} | true",
        "WhenIdle | use: {state: Idle, since: '2026-01-01T11:45:01Z'} | false",
        // for a longer time than these 15 minutes an environment of a longer spec.idle is Quiet
        "WhenIdle | use: {state: Quiet, since: '2026-01-01T11:00:00Z'} | true",
        "WhenIdle | use: {state: Quiet, since: '2026-01-01T11:50:00Z'} | false",
        "WhenIdle | use: {state: Idle, since: '2026-01-01T11:00:00Z'}, debugger: {state: Paused} | false",
        "WhenIdle | use: {state: Idle, since: '2026-01-01T11:00:00Z'}, debugger: {state: Attached} | false",
        "WhenIdle | use: {state: Idle, since: '2026-01-01T11:00:00Z'}, debugger: {state: Listening} | true",
      })
  void theProfileAndTheRuntimeDecide(String policy, String report, boolean restarts) {
    // Given
    var pod = running(BEFORE + policy);

    // When
    var decision = decide(plan("", AFTER + policy), pod, report(report, "the-pod"));

    // Then
    if (restarts) {
      assertThat(decision)
          .isInstanceOfSatisfying(
              PodDecision.Remove.class,
              remove -> assertThat(remove.why()).startsWith("its profile restarts"));
    } else {
      assertThat(decision)
          .isInstanceOfSatisfying(
              PodDecision.Keep.class, keep -> assertThat(keep.pending()).isNotEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yesterday",
        "",
        "2026-01-01",
        "2026-01-01T11:00:00",
        "1767268800",
        "2026-13-01T11:00:00Z",
        "+1000000000-12-31T23:59:59Z",
        "9999-01-01T00:00:00Z",
      })
  void aTimeThatCannotBeIsNoIdleness(String since) {
    // Given
    var report = report("use: {state: Idle, since: '" + since + "'}, activity: x", "the-pod");

    // Then
    assertThat(decide(plan("", AFTER + "WhenIdle"), running(BEFORE + "WhenIdle"), report))
        .isInstanceOf(PodDecision.Keep.class);
  }

  @Test
  void whatAnEarlierPodReportedSaysNothingOfThisOne() {
    assertThat(
            decide(
                plan("", AFTER + "WhenIdle"),
                running(BEFORE + "WhenIdle"),
                report(IDLE, "an-earlier-pod")))
        .isInstanceOf(PodDecision.Keep.class);
    assertThat(
            decide(
                plan("", AFTER + "Immediately"),
                running(BEFORE + "Immediately"),
                report("debugger: {state: Paused}", "an-earlier-pod")))
        .isInstanceOf(PodDecision.Remove.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Immediately", "WhenIdle"})
  void whereNothingWaitsNobodyIsRestarted(String policy) {
    assertThat(decide(plan("", BEFORE + policy), running(BEFORE + policy), report(IDLE, "the-pod")))
        .isInstanceOf(PodDecision.Keep.class);
    // without a hash it is not known what it was made from
    var unknown = running(BEFORE + policy);
    unknown.getMetadata().getAnnotations().remove(PodHashes.POD);
    assertThat(
            WaitingRestart.of(
                new PodDecision.Keep(java.util.List.of()),
                plan("", AFTER + policy),
                unknown,
                report(IDLE, "the-pod"),
                NOW))
        .isInstanceOf(PodDecision.Keep.class);
  }

  @Test
  void aResizeInPlaceDoesNotWait() {
    // Given
    var larger = plan("resources: {limits: {memory: 2Gi}}", BEFORE + "Immediately");

    // Then
    assertThat(decide(larger, running(BEFORE + "Immediately"), null))
        .isInstanceOf(PodDecision.Resize.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Manual", "WhenIdle", "Immediately"})
  void whatIsDecidedWithoutAPolicyStays(String policy) {
    var plan = plan("mode: Suspended", AFTER + policy);
    var paused = report("debugger: {state: Paused}", "the-pod");

    assertThat(decide(plan, running(BEFORE + policy), paused))
        .isInstanceOfSatisfying(
            PodDecision.Remove.class,
            remove -> assertThat(remove.why()).isEqualTo("the environment is suspended"));
    assertThat(decide(plan("", AFTER + policy), null, null)).isInstanceOf(PodDecision.Create.class);
  }

  private static PodDecision decide(EnvironmentPlan plan, Pod pod, RuntimeReport report) {
    return WaitingRestart.of(PodDecision.of(plan, pod, NOW), plan, pod, report, NOW);
  }

  private static RuntimeReport report(String members, String pod) {
    return members == null
        ? null
        : YAML.unmarshal("---\n{sequence: 1, " + members + "}", RuntimeReport.class).of(pod);
  }

  private static Pod running(String profile) {
    return new PodBuilder(PodDecisionTest.running(plan("", profile)))
        .editMetadata()
        .withUid("the-pod")
        .endMetadata()
        .build();
  }

  private static EnvironmentPlan plan(String spec, String profile) {
    var chosen =
        YAML.unmarshal("metadata: {name: standard}\nspec: {" + profile + "}", GoDevProfile.class);
    var resolution =
        new Resolver(
                DEFAULTS, () -> Platform.UNKNOWN, (namespace, written) -> new Choice.Chosen(chosen))
            .resolve(environment(spec));
    return new Planner(DEFAULTS, () -> Environments.AUTHORITY)
        .plan(((Resolution.Resolved) resolution).environment());
  }
}
