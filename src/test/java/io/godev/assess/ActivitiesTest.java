package io.godev.assess;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Built;
import static io.godev.api.v1alpha1.ConditionType.ExpiresSoon;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Reconciling;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static io.godev.api.v1alpha1.ConditionType.Stalled;
import static io.godev.assess.Passes.is;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.plan.Environments;
import io.godev.resolve.Lifecycle;
import io.godev.resolve.Suspension;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Idleness and the end of an environment's time, from what is reported to the status. */
class ActivitiesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final String UID = "the-pod";
  private static final String IDLE = "idle: {suspendAfterMinutes: 60}";

  private final GoDevEnvironment environment = environment(IDLE);

  @Test
  void workThatGoesOnHasNoTimeSoThatItCostsNoWrite() {
    // When
    var status = pass(NOW, "{state: Active, kind: Command}");

    // Then
    assertThat(status.activity().kind()).isEqualTo("Command");
    assertThat(status.activity().lastActivity()).isNull();
    assertThat(status.activity().suspendAt()).isNull();
    environment.setStatus(status);
    assertThat(pass(NOW.plusSeconds(3000), "{state: Active, kind: Command}")).isEqualTo(status);
  }

  @Test
  void aPauseSaysWhenItSuspends() {
    // When
    var status = pass(NOW.plusSeconds(900), quiet("Quiet"));

    // Then
    assertThat(status.activity().lastActivity()).isEqualTo("2026-01-01T12:00:00Z");
    assertThat(status.activity().suspendAt()).isEqualTo("2026-01-01T13:00:00Z");
    assertThat(status.activity().suspendedAt()).isNull();
    assertThat(Activities.nextLook(environment, status, NOW.plusSeconds(900)))
        .isEqualTo(Duration.ofSeconds(2701));
  }

  @Test
  void onlyTheWordOfTheRuntimeThatNobodyWorkedForTheWholeTimeSuspends() {
    // Given
    var late = NOW.plusSeconds(7200);

    // Then
    assertThat(pass(late, null).activity().suspendedAt()).isNull();
    assertThat(pass(late, "{state: Active, kind: Command}").activity().suspendedAt()).isNull();
    assertThat(pass(late, quiet("Quiet")).activity().suspendedAt()).isNull();
    assertThat(pass(late, quiet("Idle")).activity().suspendedAt())
        .isEqualTo("2026-01-01T14:00:00Z");
    assertThat(pass(NOW.plusSeconds(3599), quiet("Idle")).activity().suspendedAt()).isNull();
  }

  @Test
  void theWordOfAnotherPodOrOfTheContainerBeforeSuspendsNothing() {
    // Given
    var late = NOW.plusSeconds(7200);

    // Then
    assertThat(
            assess(environment, seen(report(quiet("Idle"), "another", NOW)), late)
                .activity()
                .suspendedAt())
        .isNull();
    assertThat(
            assess(environment, seen(report(quiet("Idle"), UID, NOW.minusSeconds(600))), late)
                .activity()
                .suspendedAt())
        .isNull();
  }

  @Test
  void whatIsToBeSuspendedIsWrittenBeforeThePodGoes() {
    // When
    var recorded = pass(NOW.plusSeconds(3600), quiet("Idle"));

    // Then
    assertThat(Lifecycle.at(Environments.resolved(environment), environment, NOW).suspension())
        .isEqualTo(Suspension.None);
    assertThat(Activities.nextLook(environment, recorded, NOW.plusSeconds(3600)))
        .isEqualTo(Duration.ofSeconds(1));
    environment.setStatus(recorded);
    assertThat(Lifecycle.at(Environments.resolved(environment), environment, NOW).suspension())
        .isEqualTo(Suspension.Idle);
  }

  @Test
  void oneThatWasSuspendedIsReadyAndSaysHowToGoOn() {
    // Given
    suspended();

    // When
    var status = assess(environment, Passes.seen(null), NOW.plusSeconds(3700));

    // Then
    is(status, Ready, True, "IdleSuspended");
    is(status, Reconciling, False, "Settled");
    is(status, Stalled, False, "Settled");
    is(status, Running, False, "IdleSuspended");
    is(status, Built, True, "Succeeded");
    assertThat(status.condition(Ready).message())
        .contains("after 60 min without Go work", "godev resume -n team shop", "volumes are kept");
    assertThat(status.activity().suspendedAt()).isEqualTo("2026-01-01T13:00:00Z");
    assertThat(status.activity().kind()).isEqualTo("Terminal");
  }

  @Test
  void itIsToldOnceByAnEvent() {
    // Given
    suspended();
    var ending =
        assess(
            environment,
            Passes.seen(Pods.started().ready(true).deleted().build()),
            NOW.plusSeconds(3601));

    // When
    var status = assess(environment, Passes.seen(null), NOW.plusSeconds(3610));

    // Then
    assertThat(Announcement.between(ending, status))
        .hasValueSatisfying(
            news -> {
              assertThat(news.warning()).isFalse();
              assertThat(news.reason()).isEqualTo("IdleSuspended");
            });
    assertThat(Announcement.between(status, status)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "godev.io/resume, again",
    "godev.io/restart, again",
    "godev.io/debug, attach",
    "godev.io/keep-awake, true"
  })
  void anAnnotationOfOursHasItGoOn(String name, String value) {
    // Given
    suspended();

    // When
    environment.getMetadata().setAnnotations(Map.of(name, value));

    // Then
    assertThat(resolved().isSuspended()).isFalse();
  }

  @Test
  void soDoesAChangeOfTheSpecButNotAnAnnotationOfSomebodyElse() {
    // Given
    suspended();

    // Then
    environment.getMetadata().setAnnotations(Map.of("example.com/checked", "today"));
    assertThat(resolved().isSuspended()).isTrue();
    environment.getMetadata().setGeneration(2L);
    assertThat(resolved().isSuspended()).isFalse();
  }

  @Test
  void aRequestThatComesBeforeThePodIsGoneCountsAsWork() {
    // Given
    suspended();
    environment.getMetadata().setAnnotations(Map.of("godev.io/resume", "again"));

    // When
    var status = pass(NOW.plusSeconds(3601), quiet("Idle"));

    // Then
    assertThat(status.activity().suspendedAt()).isNull();
    assertThat(status.activity().kind()).isEqualTo("Request");
    assertThat(status.activity().suspendAt()).isEqualTo("2026-01-01T14:00:01Z");
    environment.setStatus(status);
    assertThat(pass(NOW.plusSeconds(3700), quiet("Idle"))).isEqualTo(status);
    assertThat(pass(NOW.plusSeconds(7201), quiet("Idle")).activity().suspendedAt()).isNotNull();
  }

  @Test
  void oneThatIsToBeKeptAwakeIs() {
    // Given
    var late = NOW.plusSeconds(7200);

    // Then
    environment.getMetadata().setAnnotations(Map.of("godev.io/keep-awake", "true"));
    assertThat(pass(late, quiet("Idle")).activity().suspendAt()).isNull();
    assertThat(pass(late, quiet("Idle")).activity().suspendedAt()).isNull();
    environment.getMetadata().setAnnotations(Map.of("godev.io/keep-awake", "2026-01-01T18:00:00Z"));
    assertThat(pass(late, quiet("Idle")).activity().suspendAt()).isEqualTo("2026-01-01T18:00:00Z");
    assertThat(pass(NOW.plusSeconds(21_600), quiet("Idle")).activity().suspendedAt()).isNotNull();
    environment.getMetadata().setAnnotations(Map.of("godev.io/keep-awake", "false"));
    assertThat(pass(late, quiet("Idle")).activity().suspendedAt()).isNotNull();
  }

  @Test
  void withoutTheFieldNothingIsSaid() {
    // When
    var status =
        assess(environment(""), seen(report(quiet("Idle"), UID, NOW)), NOW.plusSeconds(9999));

    // Then
    assertThat(status.activity()).isNull();
  }

  @Test
  void theEndIsWarnedOfADayBeforeOrAQuarterOfTheTime() {
    // Given
    var month = environment("expiry: {afterHours: 720}");
    var day = environment("expiry: {afterHours: 24}");

    // Then
    var start = assess(month, seen(null), NOW);
    assertThat(start.activity().expiresAt()).isEqualTo("2026-01-31T12:00:00Z");
    assertThat(start.condition(ExpiresSoon)).isNull();
    assertThat(Activities.nextLook(month, start, NOW))
        .isEqualTo(Duration.ofHours(29 * 24).plusSeconds(1));
    var warned = assess(month, seen(null), NOW.plus(Duration.ofHours(29 * 24)));
    is(warned, ExpiresSoon, True, "ExpiresSoon");
    assertThat(Announcement.between(start, warned))
        .hasValueSatisfying(
            news -> {
              assertThat(news.warning()).isTrue();
              assertThat(news.message()).contains("2026-01-31T12:00:00Z", "spec.expiry");
            });
    assertThat(Announcement.between(warned, warned)).isEmpty();
    assertThat(assess(day, seen(null), NOW.plus(Duration.ofHours(17))).condition(ExpiresSoon))
        .isNull();
    is(assess(day, seen(null), NOW.plus(Duration.ofHours(18))), ExpiresSoon, True, "ExpiresSoon");
  }

  @Test
  void atItsEndItHasNoPodUntilItIsGivenMoreTime() {
    // Given
    var expired = environment("expiry: {at: \"2026-01-01T13:00:00Z\"}");
    var late = NOW.plusSeconds(3600);

    // When
    var status = assess(expired, Passes.seen(null), late);

    // Then
    is(status, Ready, True, "Expired");
    assertThat(status.condition(Ready).message()).contains("spec.expiry.at", "volumes are kept");
    assertThat(status.condition(ExpiresSoon)).isNull();
    assertThat(status.activity().suspendedAt()).isEqualTo("2026-01-01T13:00:00Z");
    assertThat(Announcement.between(assess(expired, seen(null), NOW), status))
        .contains(new Announcement(true, "Expired", status.condition(Ready).message()));
    expired.setStatus(status);
    expired
        .getMetadata()
        .setAnnotations(Map.of("godev.io/resume", "1", "godev.io/keep-awake", "true"));
    assertThat(Lifecycle.at(Environments.resolved(expired), expired, late).suspension())
        .isEqualTo(Suspension.Expired);
    var longer = environment("expiry: {at: \"2026-01-01T14:00:00Z\"}");
    longer.getMetadata().setGeneration(2L);
    longer.setStatus(status);
    assertThat(Lifecycle.at(Environments.resolved(longer), longer, late).isSuspended()).isFalse();
  }

  private void suspended() {
    environment.setStatus(pass(NOW, null));
    environment.setStatus(pass(NOW.plusSeconds(3600), quiet("Idle")));
  }

  private io.godev.resolve.ResolvedEnvironment resolved() {
    return Lifecycle.at(Environments.resolved(environment), environment, NOW.plusSeconds(3700));
  }

  private GoDevEnvironmentStatus pass(Instant now, String use) {
    return assess(environment, seen(use == null ? null : report(use, UID, NOW)), now);
  }

  private static GoDevEnvironmentStatus assess(
      GoDevEnvironment environment, Observation seen, Instant now) {
    return new Assessor(Clock.fixed(now, ZoneOffset.UTC))
        .of(environment, Lifecycle.at(Environments.resolved(environment), environment, now), seen);
  }

  private static GoDevEnvironment environment(String spec) {
    var environment = Environments.environment(spec);
    environment.getMetadata().setCreationTimestamp(NOW.toString());
    return environment;
  }

  private static String quiet(String state) {
    return "{state: " + state + ", since: \"2026-01-01T12:00:00Z\", kind: Terminal}";
  }

  private static RuntimeReport report(String use, String uid, Instant sent) {
    return Serialization.unmarshal(
        "podUid: %s\nsequence: %d\nuse: %s\n".formatted(uid, sent.toEpochMilli() + 60_000, use),
        RuntimeReport.class);
  }

  private static Observation seen(RuntimeReport report) {
    Pod pod =
        new PodBuilder(Pods.started().ready(true).build())
            .editMetadata()
            .withUid(UID)
            .endMetadata()
            .build();
    return new Observation(pod, List.of(), List.of(), List.of(), report, List.of());
  }
}
