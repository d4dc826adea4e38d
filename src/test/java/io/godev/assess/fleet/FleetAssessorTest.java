package io.godev.assess.fleet;

import static io.godev.plan.fleet.Fleets.NOW;
import static io.godev.plan.fleet.Fleets.OLD;
import static io.godev.plan.fleet.Fleets.failing;
import static io.godev.plan.fleet.Fleets.fleet;
import static io.godev.plan.fleet.Fleets.made;
import static io.godev.plan.fleet.Fleets.members;
import static io.godev.plan.fleet.Fleets.ready;
import static io.godev.plan.fleet.Fleets.waits;
import static org.assertj.core.api.Assertions.assertThat;

import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevFleetStatus;
import io.godev.api.v1alpha1.Reason;
import io.godev.plan.fleet.FleetPlan;
import io.godev.plan.fleet.FleetTemplate;
import io.godev.plan.fleet.Members;
import io.godev.plan.fleet.Rollout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of a fleet, and of kstatus' pair exactly one unless it is ready. */
class FleetAssessorTest {
  private static final GoDevFleet FLEET = fleet(OLD, members("a", "b", "c", "d", "e"));

  @Test
  void allAreReady() {
    is(status(List.of(), all()), "Ready", "All 5 members are ready.", false, false);
  }

  @Test
  void anEmptyListIsReady() {
    // Given
    var empty = fleet(OLD, "members: []");

    // Then
    assertThat(status(empty, List.of()).condition(ConditionType.Ready).holds()).isTrue();
  }

  @Test
  void whoIsNotReadyYetIsNamed() {
    // Given
    var there = all();
    there[0] = waits(made(FLEET, "a", NOW), "InProgress");

    // Then
    is(
        status(List.of(), there),
        "InProgress",
        "4 of 5 members are ready. Not ready yet: a.",
        true,
        false);
  }

  @Test
  void somebodyHasToActForWhoFailedOnceNobodyElseIsUnderWay() {
    // Given
    var there = all();
    for (int i = 0; i < 4; i++) {
      there[i] = failing(there[i]);
    }

    // When
    var status = status(List.of(), there);

    // Then
    is(
        status,
        "MembersFailed",
        "4 of 5 members cannot go on: a, b, c and 1 more. a: main.go:7: undefined: x. See status.failures, and godev"
            + " status shop-a.",
        false,
        true);
    assertThat(status.failed()).isEqualTo(4);
    assertThat(status.ready()).isEqualTo(1);
    there[4] = waits(made(FLEET, "e", NOW), "InProgress");
    assertThat(status(List.of(), there).condition(ConditionType.Reconciling).holds()).isTrue();
  }

  @Test
  void aNameOfSomebodyElseIsAReasonOfItsOwn() {
    // Given
    var there = List.of(all()).subList(1, 5).toArray(GoDevEnvironment[]::new);
    var taken = new FleetObstacle("a", Reason.NameConflict, "It is taken.");

    // Then
    var status = status(List.of(taken), there);
    assertThat(status.condition(ConditionType.Ready).reason()).isEqualTo("NameConflict");
    assertThat(status.condition(ConditionType.Stalled).holds()).isTrue();
  }

  @Test
  void theTimeOfAConditionIsThatOfItsLastChange() {
    // Given
    var first = status(List.of(), all());

    // When
    var later =
        FleetAssessor.of(
            FLEET,
            first,
            rollout(FLEET),
            plan(FLEET, all()),
            Members.of(FLEET, List.of(all())),
            List.of(),
            null,
            NOW.plusSeconds(60));

    // Then
    assertThat(later).isEqualTo(first);
  }

  @Test
  void whatKeepsTheFleetIsToldOnceAndItsEndToo() {
    // Given
    var well = status(List.of(), all());
    var there = all();
    there[0] = failing(there[0]);
    var one = status(List.of(), there);
    there[1] = failing(there[1]);
    var two = status(List.of(), there);

    // Then
    assertThat(FleetNews.between(GoDevFleetStatus.NONE, well)).isEmpty();
    assertThat(FleetNews.between(well, one).orElseThrow().reason()).isEqualTo("MembersFailed");
    assertThat(FleetNews.between(one, two)).isEmpty();
    assertThat(FleetNews.between(two, well).orElseThrow().warning()).isFalse();
  }

  private static void is(
      GoDevFleetStatus status,
      String reason,
      String message,
      boolean reconciling,
      boolean stalled) {
    var ready = status.condition(ConditionType.Ready);
    assertThat(ready.reason()).isEqualTo(reason);
    assertThat(ready.message()).isEqualTo(message);
    assertThat(ready.holds()).isEqualTo(!reconciling && !stalled);
    assertThat(status.condition(ConditionType.Reconciling).holds()).isEqualTo(reconciling);
    assertThat(status.condition(ConditionType.Stalled).holds()).isEqualTo(stalled);
  }

  private static GoDevFleetStatus status(List<FleetObstacle> obstacles, GoDevEnvironment... there) {
    return status(FLEET, obstacles, there);
  }

  static GoDevFleetStatus status(
      GoDevFleet fleet, List<FleetObstacle> obstacles, GoDevEnvironment... there) {
    return FleetAssessor.of(
        fleet,
        GoDevFleetStatus.NONE,
        rollout(fleet),
        plan(fleet, there),
        Members.of(fleet, List.of(there)),
        obstacles,
        null,
        NOW);
  }

  private static Rollout rollout(GoDevFleet fleet) {
    return Rollout.of(fleet, GoDevFleetStatus.NONE, Members.of(fleet, List.of()), NOW);
  }

  private static FleetPlan plan(GoDevFleet fleet, GoDevEnvironment... there) {
    return FleetPlan.of(
        fleet,
        rollout(fleet),
        FleetTemplate.of(fleet.getSpec().template()),
        Members.of(fleet, List.of(there)),
        NOW);
  }

  private static GoDevEnvironment[] all() {
    return FLEET.getSpec().members().stream()
        .map(member -> ready(made(FLEET, member.name())))
        .toArray(GoDevEnvironment[]::new);
  }
}
