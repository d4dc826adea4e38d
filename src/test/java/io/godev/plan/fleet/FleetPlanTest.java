package io.godev.plan.fleet;

import static io.godev.plan.fleet.Fleets.NEW;
import static io.godev.plan.fleet.Fleets.NOW;
import static io.godev.plan.fleet.Fleets.OLD;
import static io.godev.plan.fleet.Fleets.failing;
import static io.godev.plan.fleet.Fleets.fleet;
import static io.godev.plan.fleet.Fleets.made;
import static io.godev.plan.fleet.Fleets.members;
import static io.godev.plan.fleet.Fleets.ready;
import static io.godev.plan.fleet.Fleets.readySince;
import static io.godev.plan.fleet.Fleets.stored;
import static io.godev.plan.fleet.Fleets.waits;
import static org.assertj.core.api.Assertions.assertThat;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec.Mode;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevFleetStatus;
import io.godev.plan.fleet.FleetPlan.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is made, changed and deleted in one pass. */
class FleetPlanTest {
  private static final String THREE = members("a", "b", "c");

  @Test
  void missingEnvironmentsAreMadeAtOnceWhateverTheRollout() {
    // When
    var plan = plan(fleet(OLD, THREE + "rollout: {maxUpdating: 1}"));

    // Then
    assertThat(names(plan.create())).containsExactly("shop-a", "shop-b", "shop-c");
    assertThat(plan.create())
        .allSatisfy(
            environment -> {
              assertThat(environment.getMetadata().getNamespace()).isEqualTo("team");
              assertThat(environment.getMetadata().getOwnerReferences())
                  .singleElement()
                  .satisfies(owner -> assertThat(owner.getController()).isTrue());
            });
  }

  @Test
  void nothingIsToBeDoneWhereAllIsAsItShouldBe() {
    // Given
    var fleet = fleet(OLD, THREE);

    // When
    var plan = plan(fleet, all(fleet));

    // Then
    assertThat(plan.isEmpty()).isTrue();
    assertThat(plan.delete()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "300, 3", "'\"1%\"', 1", "'\"67%\"', 2", "'\"100%\"', 3"})
  void soManyAreChangedAtOnce(String maxUpdating, int changed) {
    // Given
    var there = all(fleet(OLD, THREE));

    // When
    var plan = plan(fleet(NEW, THREE + "rollout: {maxUpdating: " + maxUpdating + "}"), there);

    // Then
    assertThat(plan.update()).hasSize(changed);
    assertThat(plan.waiting()).isEqualTo(changed < 3);
  }

  @Test
  void theNextFollowsOnlyWhenTheFirstHasBeenReadyForAWhile() {
    // Given
    var there = all(fleet(OLD, THREE));
    var fleet = fleet(NEW, THREE + "rollout: {minReadySeconds: 30}");
    var first = plan(fleet, there).update().get(0);
    var changed = stored(first.wanted(), first.present());

    // Then: it is not taken up, it is just ready, it was ready for long
    assertThat(plan(fleet, with(there, changed)).update()).isEmpty();
    changed.getMetadata().setGeneration(1L);
    assertThat(plan(fleet, with(there, readySince(changed, NOW.minusSeconds(29)))).update())
        .isEmpty();
    var later = NOW.plusSeconds(30);
    assertThat(
            FleetPlan.of(
                    fleet,
                    rollout(fleet),
                    FleetTemplate.of(fleet.getSpec().template()),
                    Members.of(fleet, with(there, readySince(changed, NOW.minusSeconds(29)))),
                    later)
                .update())
        .extracting(change -> change.wanted().getMetadata().getName())
        .containsExactly("shop-b");
  }

  @ParameterizedTest
  @CsvSource({"AwaitingSync, 1", "InProgress, 0"})
  void nobodyWaitsForADeveloper(String reason, int changed) {
    // Given
    var fleet = fleet(NEW, THREE);
    var there = all(fleet(OLD, THREE));
    var a = waits(made(fleet, "a", NOW.minusSeconds(60)), reason);

    // When
    var plan = plan(fleet, with(there, a));

    // Then
    assertThat(plan.update()).hasSize(changed);
  }

  @Test
  void whoIsNotReadyAnywayIsChangedFirst() {
    // Given
    var old = fleet(OLD, THREE);
    var there = List.of(ready(made(old, "a")), ready(made(old, "b")), failing(made(old, "c")));

    // When
    var plan = plan(fleet(NEW, THREE), there);

    // Then
    assertThat(plan.update())
        .extracting(change -> change.wanted().getMetadata().getName())
        .containsExactly("shop-c");
  }

  @Test
  void aProgramAtABreakpointIsLeft() {
    // Given
    var old = fleet(OLD, THREE);
    var there =
        List.of(waits(made(old, "a"), "Paused"), ready(made(old, "b")), ready(made(old, "c")));

    // When
    var plan = plan(fleet(NEW, THREE + "rollout: {maxUpdating: 3}"), there);

    // Then
    assertThat(plan.update())
        .extracting(change -> change.wanted().getMetadata().getName())
        .containsExactly("shop-b", "shop-c");
    assertThat(plan.waiting()).isTrue();
  }

  @Test
  void suspendedOnesAndLabelsWaitForNobody() {
    // Given: all suspended by their developers
    var there = all(fleet(OLD, THREE));
    there.forEach(FleetPlanTest::suspend);

    // Then
    assertThat(plan(fleet(NEW, THREE), there).update()).hasSize(3);

    // Given: a label for all
    var labelled = fleet("source: {claim: {name: x}}}, metadata: {labels: {team: checkout}", THREE);
    var old = fleet("source: {claim: {name: x}}", THREE);

    // Then
    assertThat(plan(labelled, all(old)).update())
        .hasSize(3)
        .allSatisfy(
            change ->
                assertThat(change.wanted().getMetadata().getLabels())
                    .containsEntry("team", "checkout"));
  }

  @Test
  void whatSomebodySuspendedStaysSoUnlessTheFleetDecides() {
    // Given
    var fleet = fleet(OLD, THREE);
    var there = all(fleet);
    suspend(there.get(0));

    // Then
    assertThat(plan(fleet, there).isEmpty()).isTrue();
    var decided = fleet(OLD + ", mode: Running", THREE);
    assertThat(change(plan(decided, there), "shop-a").wanted().getSpec().mode())
        .isEqualTo(Mode.Running);
    var forOne = fleet(OLD, "members: [{name: a, mode: Running}, {name: b}, {name: c}]");
    assertThat(change(plan(forOne, there), "shop-a").wanted().getSpec().mode())
        .isEqualTo(Mode.Running);
  }

  @Test
  void aModeOfTheFleetGoesWhenTheFleetDoesNotSayItAnyMore() {
    // Given
    var suspended = fleet(OLD, "members: [{name: a, mode: Suspended}]");
    var there = List.of(ready(made(suspended, "a")));

    // When
    var plan = plan(fleet(OLD, members("a")), there);

    // Then
    assertThat(change(plan, "shop-a").wanted().getSpec().mode()).isNull();
  }

  @Test
  void aMemberDiffersInItsBranchAndItsVariables() {
    // Given
    var fleet =
        fleet(
            "source: {git: {url: 'https://git.example.com/shop.git', ref: main}},"
                + " run: {env: [{name: A, value: '1'}, {name: B, value: '2'}]}",
            """
            members:
            - name: a
              ref: next
              env: [{name: B, value: mine}, {name: C, value: '3'}]
            - name: b
            """);

    // When
    var created = plan(fleet).create();

    // Then
    assertThat(created.get(0).getSpec().source().git().ref()).isEqualTo("next");
    assertThat(created.get(0).getSpec().run().env())
        .extracting(variable -> variable.name() + "=" + variable.value())
        .containsExactly("A=1", "B=mine", "C=3");
    assertThat(created.get(1).getSpec()).isEqualTo(fleet.getSpec().template().spec());
  }

  @Test
  void aVolumeThatHasGrownDoesNotShrinkWithTheTemplate() {
    // Given
    var there =
        all(fleet("source: {claim: {name: x}}, storage: {cache: {size: 9Gi}}", members("a")));

    // When
    var plan =
        plan(
            fleet("source: {claim: {name: y}}, storage: {cache: {size: 4Gi}}", members("a")),
            there);

    // Then
    var wanted = change(plan, "shop-a").wanted().getSpec();
    assertThat(wanted.source().claim().name()).isEqualTo("y");
    assertThat(wanted.storage().cache().size().toString()).isEqualTo("9Gi");
  }

  @Test
  void labelsOfOthersStayAndThoseOfTheTemplateGoWithIt() {
    // Given
    var old = fleet(OLD + "}, metadata: {labels: {team: a}, annotations: {note: x}", members("a"));
    var there = ready(made(old, "a"));
    there.getMetadata().getLabels().put("theirs", "yes");
    there.getMetadata().getAnnotations().put("godev.io/restart", "1");

    // When
    var wanted = change(plan(fleet(OLD, members("a")), List.of(there)), "shop-a").wanted();

    // Then
    assertThat(wanted.getMetadata().getLabels())
        .containsEntry("theirs", "yes")
        .doesNotContainKey("team");
    assertThat(wanted.getMetadata().getAnnotations())
        .containsEntry("godev.io/restart", "1")
        .doesNotContainKey("note");
  }

  @Test
  void whatSomebodyChangedInAnEnvironmentIsPutRight() {
    // Given
    var fleet = fleet(OLD, THREE);
    var there = all(fleet);
    there.get(1).setSpec(made(fleet(NEW, THREE), "b").getSpec());

    // Then
    assertThat(change(plan(fleet, there), "shop-b").wanted().getSpec())
        .isEqualTo(fleet.getSpec().template().spec());
  }

  @Test
  void whoIsListedNoMoreIsDeletedUnlessProtected() {
    // Given
    var there = all(fleet(OLD, THREE));
    protect(there.get(2));

    // When
    var plan = plan(fleet(OLD, members("a")), there);

    // Then
    assertThat(names(plan.delete())).containsExactly("shop-b");
    assertThat(plan.kept()).containsExactly("shop-c");
    // the garbage collector would take it with the fleet
    assertThat(change(plan, "shop-c").wanted().getMetadata().getOwnerReferences()).isEmpty();
  }

  @Test
  void withOrphanNothingIsDeletedAndNothingGoesWithTheFleet() {
    // Given
    var there = all(fleet(OLD, THREE));

    // When
    var plan = plan(fleet(OLD, members("a") + "prune: Orphan"), there);

    // Then
    assertThat(plan.delete()).isEmpty();
    assertThat(plan.kept()).containsExactly("shop-b", "shop-c");
    assertThat(plan.update())
        .hasSize(3)
        .allSatisfy(
            change -> assertThat(change.wanted().getMetadata().getOwnerReferences()).isEmpty());
  }

  @Test
  void whatIsGoingAwayKeepsItsNameUntilThen() {
    // Given
    var fleet = fleet(OLD, THREE);
    var there = all(fleet);
    there.get(0).getMetadata().setDeletionTimestamp(NOW.toString());
    there.get(1).getMetadata().getOwnerReferences().get(0).setUid("the fleet before");

    // When
    var plan = plan(fleet, there);

    // Then
    assertThat(plan.create()).isEmpty();
    assertThat(plan.update()).isEmpty();
    assertThat(plan.delete()).isEmpty();
  }

  @Test
  void anEnvironmentWithoutTheLabelIsNotSeen() {
    // Given
    var fleet = fleet(OLD, members("a"));
    var theirs = ready(made(fleet, "a"));
    theirs.getMetadata().setLabels(Map.of());

    // Then: it is made, and the API server says that the name is taken
    assertThat(names(plan(fleet, List.of(theirs)).create())).containsExactly("shop-a");
  }

  @Test
  void aCopyOfAnEnvironmentAndOneWithTheLabelsAloneAreNotTheFleets() {
    // Given: both would be of members that are listed no more
    var fleet = fleet(OLD, members("a"));
    var copy = ready(made(fleet(OLD, THREE), "b"));
    copy.getMetadata().setName("b-of-mine");
    var labelled = ready(made(fleet(OLD, THREE), "c"));
    labelled.getMetadata().setAnnotations(Map.of());

    // When
    var plan = plan(fleet, List.of(ready(made(fleet, "a")), copy, labelled));

    // Then
    assertThat(plan.delete()).isEmpty();
    assertThat(plan.kept()).isEmpty();
  }

  @Test
  void timeAloneAsksForALookWhenSomebodyIsUnderWay() {
    // Given
    var fleet = fleet(OLD, THREE + "rollout: {failureAfterMinutes: 3}");
    var a = waits(made(fleet, "a", NOW.minusSeconds(60)), "InProgress");

    // Then
    assertThat(FleetPlan.nextLook(fleet, Members.of(fleet, all(fleet)), NOW)).isNull();
    assertThat(FleetPlan.nextLook(fleet, Members.of(fleet, with(all(fleet), a)), NOW))
        .isBetween(Duration.ofSeconds(120), Duration.ofSeconds(121));
  }

  private static FleetPlan plan(GoDevFleet fleet) {
    return plan(fleet, List.of());
  }

  private static FleetPlan plan(GoDevFleet fleet, List<GoDevEnvironment> there) {
    return FleetPlan.of(
        fleet,
        rollout(fleet),
        FleetTemplate.of(fleet.getSpec().template()),
        Members.of(fleet, there),
        NOW);
  }

  private static Rollout rollout(GoDevFleet fleet) {
    return Rollout.of(fleet, GoDevFleetStatus.NONE, Members.of(fleet, List.of()), NOW);
  }

  private static List<GoDevEnvironment> all(GoDevFleet fleet) {
    return new ArrayList<>(
        fleet.getSpec().members().stream()
            .map(member -> ready(made(fleet, member.name())))
            .toList());
  }

  private static List<GoDevEnvironment> with(
      List<GoDevEnvironment> there, GoDevEnvironment changed) {
    return Stream.concat(
            there.stream()
                .filter(
                    one -> !one.getMetadata().getName().equals(changed.getMetadata().getName())),
            Stream.of(changed))
        .toList();
  }

  private static void suspend(GoDevEnvironment environment) {
    set(environment, "mode", "Suspended");
  }

  private static void set(GoDevEnvironment environment, String field, Object value) {
    var serialization = new io.fabric8.kubernetes.client.utils.KubernetesSerialization();
    @SuppressWarnings("unchecked")
    Map<String, Object> spec = serialization.convertValue(environment.getSpec(), Map.class);
    spec.put(field, value);
    environment.setSpec(
        serialization.convertValue(spec, io.godev.api.v1alpha1.GoDevEnvironmentSpec.class));
  }

  private static void protect(GoDevEnvironment environment) {
    set(environment, "deletionProtection", true);
  }

  private static Change change(FleetPlan plan, String name) {
    return plan.update().stream()
        .filter(change -> change.wanted().getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> names(List<GoDevEnvironment> environments) {
    return environments.stream().map(one -> one.getMetadata().getName()).toList();
  }
}
