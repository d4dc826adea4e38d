package io.godev.assess;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.Condition.Status.Unknown;
import static io.godev.api.v1alpha1.ConditionType.Built;
import static io.godev.api.v1alpha1.ConditionType.DebuggerReady;
import static io.godev.api.v1alpha1.ConditionType.ModulesReady;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Reconciling;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static io.godev.api.v1alpha1.ConditionType.SourceReady;
import static io.godev.api.v1alpha1.ConditionType.Stalled;
import static io.godev.assess.Passes.assess;
import static io.godev.assess.Passes.is;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Build;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.BuildResult;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.plan.EnvironmentPod;
import io.godev.plan.Environments;
import io.godev.resolve.ResolvedEnvironment;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the runtime reports, in the status. */
class ReportedTest {
  private static final Instant NOW = Pods.NOW;
  private static final String UID = "the-pod";
  private static final String PORT = "run: {ports: [{name: http, containerPort: 8080}]}\n";
  private static final String FAILED =
      """
      build: {state: Failed, time: "2026-01-01T12:00:59Z", seconds: 0.5, reason: BuildFailed,
              detail: "main.go:4: undefined: x", file: main.go, line: 4, error: "undefined: x"}
      program: {state: Running, since: "2026-01-01T12:00:30Z"}
      """;

  private final GoDevEnvironment environment = Environments.environment(PORT);

  @Test
  void aChangeThatIsBuiltLeavesWhatIsThereReady() {
    // Given
    environment.setStatus(assess(environment, seen(null), NOW));

    // When
    var status = status("build: {state: Building, time: \"2026-01-01T12:00:59Z\"}");

    // Then
    is(status, Ready, True, "Building");
    is(status, Built, True, "Building");
    assertThat(status.build()).isEqualTo(environment.getStatus().build());
  }

  @Test
  void aFailedBuildIsToldOfWithItsPlaceWhileTheLastProgramRuns() {
    // When
    var status = status(FAILED);

    // Then
    is(status, Ready, False, "BuildFailed");
    is(status, Stalled, True, "BuildFailed");
    is(status, Built, False, "BuildFailed");
    is(status, Running, True, "Started");
    assertThat(status.condition(Ready).message()).isEqualTo("main.go:4: undefined: x");
    assertThat(status.build().result()).isEqualTo(BuildResult.Failed);
    assertThat(status.build().file()).isEqualTo("main.go");
    assertThat(status.build().line()).isEqualTo(4);
  }

  @Test
  void aSourceThatIsLeftAloneBecauseItWasEditedIsThereAllTheSame() {
    // When
    var status =
        status("source: {state: LocalEdits, reason: LocalEdits, message: main.go is edited}");

    // Then
    is(status, SourceReady, True, "LocalEdits");
    assertThat(status.condition(SourceReady).message()).isEqualTo("main.go is edited");
    is(status, Ready, True, "Ready");
  }

  @Test
  void aSourceThatCouldNotBeLookedAtIsThereAllTheSame() {
    // When
    var failed =
        status("source: {state: Failed, reason: RepositoryUnreachable, message: no answer}");
    var current = status("source: {state: Current, commit: 0123456789abcdef}");

    // Then
    is(failed, SourceReady, True, "RepositoryUnreachable");
    is(current, SourceReady, True, "Succeeded");
  }

  @Test
  void afterAFailureABuildIsUnderWayUntilItIsDone() {
    // Given
    environment.setStatus(assess(environment, seen(FAILED), NOW.minusSeconds(10)));

    // When
    var building = status("build: {state: Building}\nprogram: {state: Running}");
    environment.setStatus(building);
    var done = status("build: {state: Succeeded}\nprogram: {state: Running}");

    // Then
    is(building, Built, Unknown, "Building");
    is(building, Ready, False, "Building");
    is(building, Reconciling, True, "Building");
    is(done, Ready, True, "Ready");
    assertThat(Announcement.between(building, done))
        .hasValueSatisfying(news -> assertThat(news.reason()).isEqualTo("Recovered"));
  }

  @Test
  void aFirstBuildThatFailedIsToldOfUntilTheRuntimeBuiltAnother() {
    // Given: the container went on, so that the program's can wait for a change
    var pod =
        pod(
            Pods.started()
                .ready(true)
                .ended(
                    "build",
                    "{\"phase\":\"build\",\"result\":\"Failed\",\"reason\":\"BuildFailed\","
                        + "\"detail\":\"main.go:4: undefined: x\",\"file\":\"main.go\",\"line\":4}"));

    // When
    var failed = assess(environment, seen(pod, null), NOW);
    environment.setStatus(failed);
    var mended =
        assess(environment, seen(pod, "build: {state: Succeeded}\nprogram: {state: Running}"), NOW);

    // Then
    is(failed, Built, False, "BuildFailed");
    is(failed, Ready, False, "BuildFailed");
    is(failed, Stalled, True, "BuildFailed");
    assertThat(failed.build().line()).isEqualTo(4);
    is(mended, Ready, True, "Ready");
  }

  @Test
  void aFirstBuildThatFailedIsMendedOnceTheProgramAnswersThoughNoReportArrives() {
    // Given
    var pods = goneOn();
    var failed = assess(environment, seen(pod(pods), null), NOW);
    environment.setStatus(failed);

    // When
    var mended = assess(environment, seen(pod(pods.readyAfter(61)), null), NOW.plusSeconds(5));
    environment.setStatus(mended);
    var later =
        assess(
            environment,
            seen(pod(pods.condition("Ready", "False", null, NOW.plusSeconds(7))), null),
            NOW.plusSeconds(9));

    // Then
    is(failed, ModulesReady, False, "GoSumMissing");
    is(failed, Built, Unknown, "Waiting");
    is(mended, ModulesReady, True, "Succeeded");
    is(mended, Built, True, "Succeeded");
    is(mended, Ready, True, "Ready");
    assertThat(mended.build())
        .isEqualTo(
            new Build(
                BuildResult.Succeeded, "2026-01-01T12:01:01Z", null, "./shop", null, null, null));
    // what was mended stays so when the program does not answer for a while
    is(later, Built, True, "Succeeded");
    is(later, Ready, False, "InProgress");
    assertThat(later.build()).isEqualTo(mended.build());
  }

  @Test
  void aPodThatIsReadyIsNoProofAgainstAReportNorWithoutAProbe() {
    // Given
    var pods = goneOn().readyAfter(61);
    var unasked = pod(pods);
    unasked.getSpec().getContainers().get(0).setReadinessProbe(null);

    // When
    var reported = assess(environment, seen(pod(pods), "program: {state: Waiting}"), NOW);
    var withoutAProbe = assess(environment, seen(unasked, null), NOW);
    var beforeIt = assess(environment, seen(pod(pods.readyAfter(60)), null), NOW);

    // Then
    is(reported, ModulesReady, False, "GoSumMissing");
    is(withoutAProbe, ModulesReady, False, "GoSumMissing");
    is(beforeIt, ModulesReady, False, "GoSumMissing");
  }

  @Test
  void modulesThatAreMissingAreToldOfUntilABuildFailsOtherwise() {
    // Given
    var pod =
        pod(
            Pods.started()
                .ended(
                    "modules",
                    "{\"phase\":\"modules\",\"result\":\"Failed\",\"reason\":\"GoSumMissing\",\"detail\":\"run go mod tidy\"}"));
    var same =
        "build: {state: Failed, reason: GoSumMissing, detail: run go mod tidy}\nprogram: {state: Waiting}";

    // When
    var first = assess(environment, seen(pod, null), NOW);
    var reported = assess(environment, seen(pod, same), NOW);
    var building = assess(environment, seen(pod, "build: {state: Building}"), NOW);
    var further = assess(environment, seen(pod, FAILED.replace("Running", "Waiting")), NOW);

    // Then
    is(first, ModulesReady, False, "GoSumMissing");
    is(first, Ready, False, "GoSumMissing");
    is(reported, ModulesReady, False, "GoSumMissing");
    is(building, ModulesReady, True, "Succeeded");
    is(building, Ready, False, "Building");
    is(further, ModulesReady, True, "Succeeded");
    is(further, Ready, False, "BuildFailed");
  }

  @Test
  void aGoodBuildAfterAGoodOneIsNoEvent() {
    // Given
    environment.setStatus(assess(environment, seen(null), NOW));

    // When
    var building = status("build: {state: Building}");
    var done = status("build: {state: Succeeded}");

    // Then
    assertThat(Announcement.between(environment.getStatus(), building)).isEmpty();
    assertThat(Announcement.between(building, done)).isEmpty();
  }

  @Test
  void aCrashIsToldOfWithItsLastLinesThoughItsContainerRuns() {
    // When
    var status =
        status(
            """
            program: {state: Failed, reason: Crashed, detail: "It ended with exit code 2.",
                      exitCode: 2, lastLines: ["panic: x", "goroutine 1"]}
            """);

    // Then
    is(status, Running, False, "Crashed");
    is(status, Ready, False, "Crashed");
    assertThat(status.condition(Ready).message())
        .isEqualTo("It ended with exit code 2. Last lines:\npanic: x\ngoroutine 1");
  }

  @Test
  void aProgramThatEndedWellWaitsForAChange() {
    is(status("program: {state: Completed}"), Running, False, "Completed");
  }

  @Test
  void aProgramAtABreakpointIsNotOneThatDoesNotAnswer() {
    // Given
    var pod = new PodBuilder(pod()).build();
    pod.getStatus().getConditions().stream()
        .filter(condition -> condition.getType().equals("Ready"))
        .forEach(condition -> condition.setStatus("False"));

    // When
    var status = assess(environment, seen(pod, "debugger: {state: Paused}"), NOW.plusSeconds(300));

    // Then
    is(status, Ready, False, "Paused");
    is(status, Stalled, False, "Settled");
  }

  @Test
  void theReportOfAnotherPodSaysNothing() {
    // Given
    var report = report(FAILED).of("its-predecessor");

    // When
    var status = assess(environment, observation(pod(), report), NOW);

    // Then
    is(status, Ready, True, "Ready");
  }

  @Test
  void theReportOfTheContainerBeforeItsRestartSaysNothing() {
    // Given
    var report = report("sequence: 1767268800000\n" + FAILED).of(UID);

    // When
    var status = assess(environment, observation(pod(), report), NOW);

    // Then
    is(status, Ready, True, "Ready");
  }

  @Test
  void timesOfAClockThatIsAheadAreNotOfTheFuture() {
    // When
    var status =
        status("build: {state: Failed, reason: BuildFailed, time: \"2030-01-01T00:00:00Z\"}");

    // Then
    assertThat(Instant.parse(status.condition(Built).lastTransitionTime())).isBeforeOrEqualTo(NOW);
  }

  @Test
  void aDebuggerOfTheSpecIsReadyWithTheProgramAndItsCommandsAreTold() {
    // Given
    var debugged = Environments.environment(PORT + "debug: {mode: Delve, port: 40001}");

    // When
    var status = assess(debugged, seen(null), NOW);

    // Then
    is(status, DebuggerReady, True, "Started");
    is(status, Ready, True, "Ready");
    assertThat(status.debug().portForward())
        .isEqualTo("kubectl port-forward -n team pod/shop 40001:40001");
    assertThat(Serialization.unmarshal(status.debug().vsCode(), java.util.Map.class))
        .containsEntry("port", 40001)
        .containsEntry("mode", "remote")
        .containsEntry(
            "substitutePath",
            List.of(java.util.Map.of("from", "${workspaceFolder}", "to", "/workspace")));
    assertThat(status.debug().goLand()).contains("Port 40001");
  }

  @Test
  void aDebuggerOfTheSpecThatIsRefusedIsWhatIsMissing() {
    // Given
    var debugged = Environments.environment(PORT + "debug: {mode: Delve}");

    // When
    var status =
        assess(
            debugged,
            seen("debugger: {state: Refused, reason: DelveUnsupportedGo, detail: \"Too old.\"}"),
            NOW);

    // Then
    is(status, DebuggerReady, False, "DelveUnsupportedGo");
    is(status, Ready, False, "DelveUnsupportedGo");
    is(status, Running, True, "Started");
  }

  @Test
  void anAttachedDebuggerThatIsRefusedOffersTheRestartAndLeavesTheProgramReady() {
    // Given
    attach();

    // When
    var attaching = status("debugger: {state: Off}");
    var refused =
        status("debugger: {state: Refused, reason: PtraceForbidden, detail: \"Yama forbids it.\"}");

    // Then
    is(attaching, DebuggerReady, Unknown, "InProgress");
    is(refused, DebuggerReady, False, "PtraceForbidden");
    assertThat(refused.condition(DebuggerReady).message())
        .isEqualTo("Yama forbids it. Set spec.debug.mode to Delve, which starts it anew.");
    is(refused, Ready, True, "Ready");
    var nowhere =
        "godev.io/debug: nobody may, with spec.debug.mode: Delve neither. Use another node.";
    assertThat(
            status(
                    "debugger: {state: Refused, reason: PtraceForbidden, detail: \""
                        + nowhere
                        + "\"}")
                .condition(DebuggerReady)
                .message())
        .isEqualTo(nowhere);
  }

  @Test
  void aPodOfAnEarlierOperatorHearsNoRequest() {
    // Given
    attach();
    var pod = pod();
    pod.getMetadata().getAnnotations().remove(EnvironmentPod.REPORT_AUTHORITY);

    // When
    var status = assess(environment, observation(pod, null), NOW);

    // Then
    is(status, DebuggerReady, False, "ChangeWaits");
  }

  @Test
  void withoutADebuggerNothingIsSaidOfOne() {
    assertThat(status("debugger: {state: Off}").condition(DebuggerReady)).isNull();
    assertThat(status("debugger: {state: Off}").debug()).isNull();
  }

  private void attach() {
    environment
        .getMetadata()
        .getAnnotations()
        .put(ResolvedEnvironment.DEBUG_ANNOTATION, ResolvedEnvironment.ATTACH);
  }

  private GoDevEnvironmentStatus status(String report) {
    return assess(environment, seen(report), NOW);
  }

  private static Observation seen(String report) {
    return seen(pod(), report);
  }

  private static Observation seen(Pod pod, String report) {
    return observation(pod, report == null ? null : report(report).of(UID));
  }

  private static Observation observation(Pod pod, RuntimeReport report) {
    return new Observation(pod, List.of(), List.of(), List.of(), report, List.of());
  }

  // the first build failed, and the program's container waits for a change
  private static Pods goneOn() {
    var message = "{\"reason\":\"GoSumMissing\",\"detail\":\"go mod tidy\",\"package\":\"./shop\"}";
    return Pods.started().ready(false).ended("modules", message).ended("build", message);
  }

  private static Pod pod() {
    return pod(Pods.started().ready(true));
  }

  private static Pod pod(Pods pods) {
    return new PodBuilder(pods.build()).editMetadata().withUid(UID).endMetadata().build();
  }

  // the newest moment unless the text says another
  private static RuntimeReport report(String yaml) {
    var text = yaml.startsWith("sequence") ? yaml : "sequence: " + NOW.toEpochMilli() + "\n" + yaml;
    return Serialization.unmarshal(text, RuntimeReport.class);
  }
}
