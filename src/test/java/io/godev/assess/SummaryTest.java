package io.godev.assess;

import static io.godev.api.v1alpha1.ConditionType.Accepted;
import static io.godev.api.v1alpha1.ConditionType.Built;
import static io.godev.api.v1alpha1.ConditionType.ModulesReady;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Reconciling;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static io.godev.api.v1alpha1.ConditionType.SourceReady;
import static io.godev.api.v1alpha1.ConditionType.Stalled;
import static io.godev.assess.Pods.NOW;
import static io.godev.assess.SummaryTest.Case.of;
import static org.assertj.core.api.Assertions.assertThat;

import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.Condition.Status;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.plan.Environments;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every status, whatever became of the environment. */
class SummaryTest {
  private static final String PORT = "run: {ports: [{name: http, containerPort: 8080}]}";
  private static final String SUSPENDED = PORT + "\nmode: Suspended";
  private static final Obstacle CONFLICT = new Obstacle.Conflict("Service", "shop");
  private static final Obstacle REFUSAL = new Obstacle.Refusal("Pod", "shop", "exceeded quota: q");

  /**
   * Something that becomes of an environment.
   *
   * @param spec what was asked for; null where it is rejected
   * @param holds which of Ready, Reconciling and Stalled is true
   * @param reason of Ready
   */
  record Case(String name, String spec, Observation seen, ConditionType holds, String reason) {
    static Case of(String name, Pods pod, ConditionType holds, String reason) {
      return new Case(name, PORT, Passes.seen(pod.build()), holds, reason);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("no pod yet", PORT, Passes.seen(null), Reconciling, "Waiting"),
        of("not scheduled yet", Pods.pod(), Reconciling, "Waiting"),
        of("no node", Pods.pod().unschedulable("no node"), Reconciling, "Unschedulable"),
        of("volumes are mounted", Pods.pod().scheduled(), Reconciling, "Waiting"),
        of(
            "image is pulled",
            Pods.pod().scheduled().waiting("runtime", "PodInitializing", null),
            Reconciling,
            "Waiting"),
        of(
            "no image",
            Pods.until("source").waiting("source", "ErrImagePull", "no"),
            Stalled,
            "ImagePullFailed"),
        of("source is fetched", Pods.until("source").running("source"), Reconciling, "InProgress"),
        of("between steps", Pods.until("build"), Reconciling, "Waiting"),
        of(
            "modules fail",
            Pods.until("modules").failed("modules", 1, "Error", "{\"reason\":\"GoSumMissing\"}"),
            Stalled,
            "GoSumMissing"),
        of(
            "modules are tried again",
            Pods.until("modules").failedAndRunning("modules", 1, "{\"reason\":\"GoSumMissing\"}"),
            Stalled,
            "GoSumMissing"),
        of(
            "build is killed",
            Pods.until("build").failed("build", 137, "OOMKilled", null),
            Stalled,
            "OutOfMemory"),
        of(
            "no Secret",
            Pods.until("dev").waiting("dev", "CreateContainerConfigError", "no"),
            Stalled,
            "ContainerConfigInvalid"),
        of(
            "program is killed",
            Pods.started().failed("dev", 137, "OOMKilled", null),
            Stalled,
            "OutOfMemory"),
        of(
            "crash loop",
            Pods.started().failedAndWaiting("dev", 1, "{\"reason\":\"Crashed\"}"),
            Stalled,
            "Crashed"),
        of("has yet to answer", Pods.started().ready(false), Reconciling, "InProgress"),
        of(
            "does not answer",
            Pods.until("dev").running("dev", 30).ready(false),
            Reconciling,
            "NotAnswering"),
        of("answers", Pods.started().ready(true), Ready, "Ready"),
        of("server ended", Pods.started().ended("dev", null), Stalled, "Completed"),
        new Case(
            "job ended",
            "",
            Passes.seen(Pods.started().ended("dev", null).build()),
            Ready,
            "Completed"),
        of("evicted", Pods.started().phase("Failed", "Evicted"), Reconciling, "Evicted"),
        of("lost", Pods.started().phase("Failed", "NodeShutdown"), Reconciling, "PodLost"),
        of("ends", Pods.started().ready(true).deleted(), Reconciling, "Terminating"),
        new Case(
            "suspending",
            SUSPENDED,
            Passes.seen(Pods.started().ready(true).deleted().build()),
            Reconciling,
            "Terminating"),
        new Case("suspended", SUSPENDED, Passes.seen(null), Ready, "Suspended"),
        new Case("name taken", PORT, Passes.seen(null, CONFLICT), Stalled, "NameConflict"),
        new Case("refused", PORT, Passes.seen(null, REFUSAL), Stalled, "QuotaExceeded"),
        new Case(
            "refused beside a program that answers",
            PORT,
            Passes.seen(Pods.started().ready(true).build(), REFUSAL),
            Stalled,
            "QuotaExceeded"),
        new Case(
            "name taken and refused",
            PORT,
            Passes.seen(null, REFUSAL, CONFLICT),
            Stalled,
            "NameConflict"),
        new Case("rejected", null, Passes.seen(null), Stalled, "InvalidSpec"),
        new Case(
            "rejected beside a program that answers",
            null,
            Passes.seen(Pods.started().ready(true).build()),
            Stalled,
            "InvalidSpec"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void exactlyOneOfReadyReconcilingAndStalledHolds(Case of) {
    // When
    var status = assess(of, environment(of));

    // Then
    assertThat(
            Stream.of(Ready, Reconciling, Stalled).filter(type -> status.condition(type).holds()))
        .containsExactly(of.holds());
    assertThat(status.condition(of.holds()).reason()).isEqualTo(of.reason());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readyGivesTheReasonOfWhatHolds(Case of) {
    // When
    var status = assess(of, environment(of));

    // Then
    assertThat(status.condition(Ready).reason()).isEqualTo(of.reason());
    assertThat(status.condition(of.holds()).message())
        .isEqualTo(status.condition(Ready).message())
        .isNotBlank();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyConditionIsThereOnceAndSpeaksOfTheGenerationThatWasRead(Case of) {
    // Given
    var environment = environment(of);
    environment.getMetadata().setGeneration(7L);

    // When
    var status = assess(of, environment);

    // Then
    assertThat(status.observedGeneration()).isEqualTo(7);
    assertThat(status.conditions())
        .allSatisfy(condition -> assertThat(condition.observedGeneration()).isEqualTo(7));
    assertThat(status.conditions().stream().map(Condition::type))
        // those of the debugger, of a load balancer and of an end, are there where one was asked
        // for
        .containsExactlyInAnyOrderElementsOf(
            EnumSet.complementOf(
                EnumSet.of(
                    ConditionType.DebuggerReady,
                    ConditionType.Exposed,
                    ConditionType.Clamped,
                    ConditionType.ExpiresSoon)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aSecondPassThatSeesTheSameWritesNothing(Case of) {
    // Given
    var environment = environment(of);
    environment.setStatus(assess(of, environment));

    // When
    var again = assess(of, environment);

    // Then
    assertThat(again).isEqualTo(environment.getStatus());
  }

  @ParameterizedTest
  @EnumSource(names = {"SourceReady", "ModulesReady", "Built", "Running"})
  void readyNamesTheFirstThingThatIsMissing(ConditionType missing) {
    // Given
    var container =
        List.of("source", "modules", "build", "dev")
            .get(List.of(SourceReady, ModulesReady, Built, Running).indexOf(missing));
    var pod =
        Pods.until(container).failed(container, 1, "Error", "{\"reason\":\"Crashed\"}").build();

    // When
    var status = Passes.assess(Environments.environment(PORT), Passes.seen(pod), NOW);

    // Then
    var first =
        Stream.of(Accepted, SourceReady, ModulesReady, Built, Running)
            .map(status::condition)
            .filter(condition -> !condition.holds())
            .findFirst()
            .orElseThrow();
    assertThat(first.type()).isEqualTo(missing);
    assertThat(status.condition(Ready).reason()).isEqualTo(first.reason());
    assertThat(status.condition(Ready).message()).isEqualTo(first.message());
  }

  @Test
  void throughoutAStartATransitionTimeStaysWhileItsStatusStays() {
    // Given
    var environment = Environments.environment(PORT);
    var start =
        List.of(
            Pods.pod(),
            Pods.pod().scheduled(),
            Pods.until("source").running("source"),
            Pods.until("modules").failedAndWaiting("modules", 1, "{\"reason\":\"Failed\"}"),
            Pods.until("modules").running("modules"),
            Pods.until("build").running("build"),
            Pods.started().ready(false),
            Pods.started().ready(true));
    var now = NOW;

    for (var pod : start) {
      // When
      var before = environment.getStatus();
      now = now.plusSeconds(10);
      environment.setStatus(Passes.assess(environment, Passes.seen(pod.build()), now));

      // Then
      for (var condition : environment.getStatus().conditions()) {
        var last = before == null ? null : before.condition(condition.type());
        if (last != null && last.status() == condition.status()) {
          assertThat(condition.lastTransitionTime()).isEqualTo(last.lastTransitionTime());
        }
      }
    }
  }

  @Test
  void aStatusThatChangesTakesTheTimeOfThePassWhereTheClusterHasNone() {
    // Given
    var environment = Environments.environment(PORT);
    var running = Passes.seen(Pods.started().ready(true).build());
    environment.setStatus(Passes.assess(environment, running, NOW));
    var later = Instant.parse("2026-01-01T13:30:15.678Z");

    // When
    var status = Passes.reject(environment, running, later);

    // Then
    for (var type : List.of(Accepted, Ready, Stalled)) {
      assertThat(status.condition(type).lastTransitionTime()).isEqualTo("2026-01-01T13:30:15Z");
    }
    Passes.is(status, Running, Status.True, "Started");
    assertThat(status.condition(Running).lastTransitionTime()).isEqualTo(NOW.toString());
  }

  static GoDevEnvironment environment(Case of) {
    return Environments.environment(of.spec() == null ? PORT : of.spec());
  }

  static GoDevEnvironmentStatus assess(Case of, GoDevEnvironment environment) {
    return of.spec() == null
        ? Passes.reject(environment, of.seen(), NOW)
        : Passes.assess(environment, of.seen(), NOW);
  }
}
