package io.godev.plan.fleet;

import static io.godev.plan.fleet.Fleets.NEW;
import static io.godev.plan.fleet.Fleets.NOW;
import static io.godev.plan.fleet.Fleets.OLD;
import static io.godev.plan.fleet.Fleets.failing;
import static io.godev.plan.fleet.Fleets.fleet;
import static io.godev.plan.fleet.Fleets.made;
import static io.godev.plan.fleet.Fleets.members;
import static io.godev.plan.fleet.Fleets.ready;
import static io.godev.plan.fleet.Fleets.stored;
import static io.godev.plan.fleet.Fleets.waits;
import static org.assertj.core.api.Assertions.assertThat;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevFleetStatus;
import io.godev.api.v1alpha1.GoDevFleetStatus.Failure;
import io.godev.api.v1alpha1.GoDevFleetStatus.Templates;
import io.godev.plan.fleet.Rollout.Course;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a template has failed, and what is done about it. */
class RolloutTest {
  private static final String TWO = members("a", "b");
  private static final String GOOD = FleetTemplate.of(fleet(OLD, "").getSpec().template()).hash();

  @Test
  void aTemplateThatFailsAtAMemberThatJustGotItIsTakenBack() {
    // Given
    var fleet = fleet(NEW, TWO);

    // When
    var rollout = rollout(fleet, onTrial("a"), failing(changed(fleet)), other());

    // Then
    assertThat(rollout.course()).isEqualTo(Course.Back);
    assertThat(rollout.target()).isEqualTo(GOOD);
    assertThat(rollout.failure().member()).isEqualTo("a");
    assertThat(rollout.failure().reason()).isEqualTo("BuildFailed");
    assertThat(rollout.failure().message()).isEqualTo("main.go:7: undefined: x");
  }

  @Test
  void aMemberThatFailsLaterSaysNothingOfTheTemplate() {
    // Given
    var fleet = fleet(NEW, TWO);

    // When: it is not on trial any more
    var rollout = rollout(fleet, onTrial("b"), failing(changed(fleet)), other());

    // Then
    assertThat(rollout.course()).isEqualTo(Course.Forward);
    assertThat(rollout.failure()).isNull();
  }

  @Test
  void aMemberThatFailedBeforeSaysNothingOfTheTemplate() {
    // Given
    var fleet = fleet(NEW, TWO);
    var before = failing(made(fleet(OLD, TWO), "a"));
    var changed = failing(stored(update(fleet, before), before));

    // Then
    assertThat(rollout(fleet, onTrial("a"), changed, other()).failure()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "InProgress, 299, false",
    "InProgress, 301, true",
    "NotAnswering, 301, true",
    "AwaitingSync, 301, false"
  })
  void aMemberThatIsNotReadyInTimeIsAFailure(String reason, int seconds, boolean fails) {
    // Given
    var fleet = fleet(NEW, TWO + "rollout: {failureAfterMinutes: 5}");
    var a = waits(made(fleet, "a", NOW.minusSeconds(seconds)), reason);

    // When
    var rollout = rollout(fleet, onTrial("a"), a, other());

    // Then
    assertThat(rollout.failure() != null).isEqualTo(fails);
    if (fails) {
      assertThat(rollout.failure().message()).startsWith("not ready within 5 minutes: ");
    }
  }

  @Test
  void theFirstTemplateHasNothingToGoBackTo() {
    // Given
    var fleet = fleet(NEW, TWO);
    var status = status(null, null, "a");

    // Then
    assertThat(rollout(fleet, status, failing(made(fleet, "a")), other()).failure()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"RollBack, Back", "Pause, Halt", "Continue, Forward"})
  void theFleetSaysWhatIsDone(String onFailure, Course course) {
    // Given
    var fleet = fleet(NEW, TWO + "rollout: {onFailure: " + onFailure + "}");

    // Then
    assertThat(rollout(fleet, onTrial("a"), failing(changed(fleet)), other()).course())
        .isEqualTo(course);
  }

  @Test
  void aFailureLastsUntilTheTemplateChangesOrSomebodyAsksForIt() {
    // Given
    var fleet = fleet(NEW, TWO);
    var hash = FleetTemplate.of(fleet.getSpec().template()).hash();
    var failed = status(GOOD, new Failure(hash, "a", "BuildFailed", "x", null));

    // Then: all is well with the old one, and the new one is not tried again
    assertThat(rollout(fleet, failed, ready(made(fleet(OLD, TWO), "a")), other()).course())
        .isEqualTo(Course.Back);
    var corrected = fleet(NEW.replace("v2", "v3"), TWO);
    assertThat(rollout(corrected, failed, other()).course()).isEqualTo(Course.Forward);
    fleet.getMetadata().setAnnotations(Map.of(FleetNames.RETRY, "1"));
    assertThat(rollout(fleet, failed, other()).course()).isEqualTo(Course.Forward);
  }

  @Test
  void aTemplateThatTheApiServerRefusesHasFailed() {
    // Given
    var fleet = fleet(NEW, TWO);
    var rollout = rollout(fleet, onTrial(), other());

    // When
    var refused = rollout.refused(fleet, "a", "Refused", "spec.source: no");

    // Then
    assertThat(refused.course()).isEqualTo(Course.Back);
    assertThat(refused.failure().message()).isEqualTo("spec.source: no");
  }

  @Test
  void aTemplateIsGoodWhenItReachedAllAndWorksForOne() {
    var fleet = fleet(NEW, TWO);
    var a = ready(made(fleet, "a"));
    var b = ready(made(fleet, "b"));

    assertThat(isProven(fleet, a, b)).isTrue();
    assertThat(isProven(fleet, a, failing(made(fleet, "b")))).isTrue();
    assertThat(isProven(fleet, a, waits(made(fleet, "b", NOW), "InProgress"))).isFalse();
    assertThat(isProven(fleet, a, other())).isFalse();
    assertThat(isProven(fleet, a)).isFalse();
    assertThat(isProven(fleet, failing(made(fleet, "a")), failing(made(fleet, "b")))).isFalse();
  }

  @Test
  void whoGotTheTemplateIsOnTrialUntilItWorks() {
    // Given
    var fleet = fleet(NEW, TWO);
    var before = ready(made(fleet(OLD, TWO), "a"));
    var rollout = rollout(fleet, onTrial(), before, other());
    var members = Members.of(fleet, List.of(before, other()));
    var plan =
        FleetPlan.of(fleet, rollout, FleetTemplate.of(fleet.getSpec().template()), members, NOW);
    var change = plan.update().get(0);

    // When
    var after = members.with(List.of(stored(change.wanted(), change.present())));

    // Then
    assertThat(plan.updating(fleet, rollout, onTrial(), after, NOW)).containsExactly("a");
    var works = members.with(List.of(ready(change.wanted())));
    assertThat(plan.updating(fleet, rollout, onTrial("a"), works, NOW.plusSeconds(60))).isEmpty();
  }

  @Test
  void anAnnotationThatSomebodyChangedIsAsIfNothingWasWritten() {
    for (var text : List.of("", "no", "{}", "[]", "{\"template\":\"x\",\"since\":\"today\"}")) {
      // Given
      var environment = made(fleet(OLD, TWO), "a");
      environment.getMetadata().getAnnotations().put(FleetNames.WRITTEN, text);

      // Then
      assertThat(Written.of(environment).template()).describedAs(text).isEmpty();
      assertThat(Written.of(environment).time()).isBefore(NOW);
    }
  }

  private static boolean isProven(GoDevFleet fleet, GoDevEnvironment... there) {
    var rollout = rollout(fleet, onTrial(), there);
    var members = Members.of(fleet, List.of(there));
    var plan =
        FleetPlan.of(fleet, rollout, FleetTemplate.of(fleet.getSpec().template()), members, NOW);
    return rollout.isProven(fleet, members, plan, NOW);
  }

  private static Rollout rollout(
      GoDevFleet fleet, GoDevFleetStatus before, GoDevEnvironment... there) {
    return Rollout.of(fleet, before, Members.of(fleet, List.of(there)), NOW);
  }

  private static GoDevEnvironment changed(GoDevFleet fleet) {
    return made(fleet, "a", NOW.minusSeconds(30));
  }

  private static GoDevEnvironment other() {
    return ready(made(fleet(OLD, TWO), "b"));
  }

  private static GoDevEnvironment update(GoDevFleet fleet, GoDevEnvironment present) {
    return new MemberEnvironment(fleet, FleetTemplate.of(fleet.getSpec().template()), NOW)
        .update(new MemberState(fleet.getSpec().members().get(0), present));
  }

  private static GoDevFleetStatus onTrial(String... members) {
    return status(GOOD, null, members);
  }

  private static GoDevFleetStatus status(String lastGood, Failure failure, String... updating) {
    return new GoDevFleetStatus(
        1L,
        null,
        null,
        null,
        null,
        null,
        null,
        new Templates(null, lastGood, failure),
        List.of(updating),
        null,
        null);
  }
}
