package io.godev.assess;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.Condition.Status.Unknown;
import static io.godev.api.v1alpha1.ConditionType.Accepted;
import static io.godev.api.v1alpha1.ConditionType.Built;
import static io.godev.api.v1alpha1.ConditionType.ModulesReady;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Reconciling;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static io.godev.api.v1alpha1.ConditionType.SourceReady;
import static io.godev.api.v1alpha1.ConditionType.Stalled;
import static io.godev.assess.Passes.is;
import static io.godev.assess.Pods.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.BuildResult;
import io.godev.plan.Environments;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each state of the pod's containers says, from the first to the program. */
class ProgressTest {
  private static final String PORT = "run: {ports: [{name: http, containerPort: 8080}]}";

  private final GoDevEnvironment environment = Environments.environment(PORT);

  @Test
  void aPodThatWaitsForANodeIsReconciling() {
    // When
    var status = assess(Pods.pod().build());

    // Then
    is(status, Accepted, True, "Accepted");
    is(status, SourceReady, Unknown, "Waiting");
    is(status, Ready, False, "Waiting");
    is(status, Reconciling, True, "Waiting");
    is(status, Stalled, False, "Settled");
  }

  @Test
  void aScheduledPodSaysWhatItWaitsFor() {
    // When
    var status = assess(Pods.pod().scheduled().build());

    // Then
    assertThat(status.condition(Ready).message())
        .isEqualTo("The pod waits for its volumes, its network and its images.");
  }

  @Test
  void theStepAtWorkIsNamedAndTheLaterOnesWaitForIt() {
    // When
    var status = assess(Pods.pod().done("runtime").done("source").running("modules").build());

    // Then
    is(status, SourceReady, True, "Succeeded");
    is(status, ModulesReady, Unknown, "InProgress");
    is(status, Built, Unknown, "Waiting");
    assertThat(status.condition(Running).message()).isEqualTo("Waits for ModulesReady.");
    is(status, Ready, False, "InProgress");
  }

  @Test
  void aProgramThatAnswersIsReady() {
    // When
    var status = assess(Pods.started().ready(true).build());

    // Then
    for (var type : List.of(Accepted, SourceReady, ModulesReady, Built, Running, Ready)) {
      assertThat(status.condition(type).status()).describedAs(type.name()).isEqualTo(True);
    }
    is(status, Reconciling, False, "Settled");
    is(status, Stalled, False, "Settled");
    assertThat(status.build().result()).isEqualTo(BuildResult.Succeeded);
    assertThat(status.startup().build()).isEqualTo(2.5);
    assertThat(status.startup().total()).isEqualTo(60);
  }

  @Test
  void aProgramThatDoesNotAnswerSaysWhatIsAsked() {
    // Given
    var deaf = Pods.started().ready(false).build();

    // When
    var status = assess(deaf, NOW.plusSeconds(30));

    // Then
    is(status, Running, True, "Started");
    is(status, Ready, False, "NotAnswering");
    assertThat(status.condition(Ready).message()).contains("TCP port http").contains("127.0.0.1");
    is(status, Reconciling, True, "NotAnswering");
  }

  @Test
  void aProgramThatHasJustBeenStartedMayTakeAMomentToAnswer() {
    // Given
    var starting = Pods.started().ready(false).build();

    // When
    var status = assess(starting, NOW.plusSeconds(29));

    // Then
    is(status, Ready, False, "InProgress");
    assertThat(status.condition(Ready).message()).contains("TCP port http");
  }

  @ParameterizedTest
  @CsvSource({
    "source, SourceReady, ModuleNotFound",
    "modules, ModulesReady, ChecksumMismatch",
    "build, Built, BuildFailed",
  })
  void aFailedStepKeepsItsReasonWhileItIsTriedAgain(
      String container, ConditionType type, String reason) {
    // Given
    var message = "{\"reason\":\"%s\",\"detail\":\"what to do\"}".formatted(reason);

    for (var pod :
        List.of(
            Pods.until(container).failed(container, 1, "Error", message).build(),
            Pods.until(container).failedAndWaiting(container, 1, message).build(),
            Pods.until(container).failedAndRunning(container, 1, message).build())) {
      // When
      var status = assess(pod);

      // Then
      is(status, type, False, reason);
      is(status, Ready, False, reason);
      is(status, Stalled, True, reason);
      is(status, Reconciling, False, "Settled");
      assertThat(status.condition(Ready).message()).isEqualTo("what to do");
    }
  }

  @Test
  void aFailedBuildIsKeptWithItsPlace() {
    // Given
    var message =
        "{\"reason\":\"BuildFailed\",\"detail\":\"main.go:4: undefined: x\",\"file\":\"main.go\",\"line\":4,\"error\":\"undefined: x\"}";

    // When
    var build = assess(Pods.until("build").failed("build", 1, "Error", message).build()).build();

    // Then
    assertThat(build.result()).isEqualTo(BuildResult.Failed);
    assertThat(build.file()).isEqualTo("main.go");
    assertThat(build.line()).isEqualTo(4);
    assertThat(build.error()).isEqualTo("undefined: x");
  }

  @Test
  void aContainerEndedByTheKernelNamesItsLimitWhateverItCouldStillSay() {
    // When
    var status = assess(Pods.until("build").failed("build", 137, "OOMKilled", null).build());

    // Then
    is(status, Built, False, "OutOfMemory");
    assertThat(status.condition(Built).message())
        .isEqualTo(
            "spec.resources.limits.memory: the kernel ended the step build, which went over the limit"
                + " of 1Gi. Raise it to 2Gi.");
  }

  @Test
  void whichProcessTheKernelEndedIsToldByTheRuntimeIfItCould() {
    // Given
    var message = "{\"reason\":\"OutOfMemory\",\"detail\":\"the compiler was killed\"}";

    // When
    var status = assess(Pods.until("build").failed("build", 137, "OOMKilled", message).build());

    // Then
    is(status, Built, False, "OutOfMemory");
    assertThat(status.condition(Built).message()).isEqualTo("the compiler was killed");
  }

  @ParameterizedTest
  @CsvSource({
    "build, 32Mi, 1Gi",
    "build, 768Mi, 1536Mi",
    "dev, 32Mi, 64Mi",
    "dev, 100Mi, 256Mi",
    "dev, 1Gi, 2Gi"
  })
  void theLimitToSetIsNamed(String container, String limit, String enough) {
    // Given
    var pod = Pods.until(container).failed(container, 137, "OOMKilled", null).build();
    Stream.concat(
            pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
        .forEach(spec -> spec.getResources().setLimits(Map.of("memory", new Quantity(limit))));

    // When
    var status = assess(pod);

    // Then
    assertThat(status.condition(Ready).message())
        .contains("limit of " + limit)
        .endsWith("Raise it to " + enough + ".");
  }

  @Test
  void aProgramEndedByTheKernelNamesItsLimit() {
    // When
    var status =
        assess(Pods.started().failed("dev", 137, "OOMKilled", "{\"reason\":\"Crashed\"}").build());

    // Then
    is(status, Built, True, "Succeeded");
    is(status, Running, False, "OutOfMemory");
    assertThat(status.condition(Ready).message())
        .isEqualTo(
            "spec.resources.limits.memory: the kernel ended the program, which went over the limit of"
                + " 1Gi. Raise it to 2Gi.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "spec.proxy.caBundle: it holds no PEM certificate | spec.proxy.caBundle (ConfigMap company-ca, key ca.crt): it holds no PEM certificate",
        "spec.go.modules.credentials: the Secret does not exist | spec.go.modules.credentials (Secret logins, key netrc): the Secret does not exist",
        "spec.proxy: it does not answer | spec.proxy: it does not answer",
      })
  void theObjectBehindAFieldIsNamed(String detail, String message) {
    // Given
    var pod = failedSource(detail);
    pod.getSpec()
        .setVolumes(
            Environments.plan(
                    "proxy: {caBundle: {name: company-ca}}\n"
                        + "go: {modules: {credentials: {name: logins}}}")
                .pod()
                .getSpec()
                .getVolumes());

    // Then
    assertThat(assess(pod).condition(Ready).message()).isEqualTo(message);
  }

  @Test
  void aFieldWithNoObjectBehindItIsNamedAlone() {
    // When
    var status = assess(failedSource("spec.proxy.caBundle: name one"));

    // Then
    assertThat(status.condition(Ready).message()).isEqualTo("spec.proxy.caBundle: name one");
  }

  private static Pod failedSource(String detail) {
    var message = "{\"reason\":\"SourceFailed\",\"detail\":\"%s\"}".formatted(detail);
    return Pods.until("source").failed("source", 1, "Error", message).build();
  }

  @Test
  void aFailureThatNobodyExplainedShowsWhatTheKubeletKnows() {
    // When
    var status = assess(Pods.until("source").failed("source", 2, "Error", "a stack trace").build());

    // Then
    is(status, SourceReady, False, "Failed");
    assertThat(status.condition(SourceReady).message())
        .contains("exit code 2 (Error): a stack trace")
        .contains("kubectl logs NAME -c source");
  }

  @Test
  void aCrashLoopDoesNotLookWellInBetween() {
    // Given
    var message =
        "{\"reason\":\"Crashed\",\"detail\":\"exit code 3.\",\"lastLines\":[\"no database\"]}";

    // When
    var status = assess(Pods.started().failedAndRunning("dev", 1, message).build());

    // Then
    is(status, Running, False, "Crashed");
    assertThat(status.condition(Running).message())
        .isEqualTo("exit code 3. Last lines:\nno database");
  }

  @Test
  void aProgramThatCrashedAndHoldsOutRuns() {
    // Given
    var again = Pods.started().failedAndRunning("dev", 1, "{\"reason\":\"Crashed\"}").build();

    // When
    var status = assess(again, NOW.plusSeconds(15));

    // Then
    is(status, Running, True, "Started");
  }

  @Test
  void aBuildThatFailsAfterARestartIsTheBuildsFailure() {
    // Given
    var message = "{\"reason\":\"BuildFailed\",\"detail\":\"main.go:1: no\"}";

    // When
    var status = assess(Pods.started().failedAndWaiting("dev", 1, message).build());

    // Then
    is(status, Built, False, "BuildFailed");
    is(status, Running, Unknown, "Waiting");
  }

  @Test
  void aCompletedProgramIsReadyUnlessItWasToBeReached() {
    // Given
    var ended = Pods.started().ended("dev", "{\"reason\":\"Completed\"}").build();

    // Then
    is(assess(ended), Ready, False, "Completed");
    is(
        Passes.assess(Environments.environment(""), Passes.seen(ended), NOW),
        Ready,
        True,
        "Completed");
  }

  @Test
  void anImageThatCannotBePulledIsForSomebodyToMend() {
    // When
    var status =
        assess(Pods.pod().scheduled().waiting("runtime", "ImagePullBackOff", "not found").build());

    // Then
    is(status, SourceReady, False, "ImagePullFailed");
    is(status, Stalled, True, "ImagePullFailed");
  }

  @Test
  void aMissingSecretOfTheProgramIsToldWhereTheProgramIs() {
    // When
    var status =
        assess(
            Pods.until("dev")
                .waiting("dev", "CreateContainerConfigError", "secret \"x\" not found")
                .build());

    // Then
    is(status, Running, False, "ContainerConfigInvalid");
    assertThat(status.condition(Ready).message()).contains("secret \"x\" not found");
  }

  @Test
  void aContainerThatNeverStartedInAPodThatEndsHasNoTimes() {
    // Given
    var pod = Pods.until("dev").ended("dev", null).build();
    var ended = pod.getStatus().getContainerStatuses().get(0).getState().getTerminated();
    ended.setStartedAt(null);
    ended.setFinishedAt(null);

    // Then
    assertThat(assess(pod)).isNotNull();
  }

  private GoDevEnvironmentStatus assess(Pod pod) {
    return assess(pod, NOW);
  }

  private GoDevEnvironmentStatus assess(Pod pod, Instant now) {
    return Passes.assess(environment, Passes.seen(pod), now);
  }
}
