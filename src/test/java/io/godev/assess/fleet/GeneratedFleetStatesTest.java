package io.godev.assess.fleet;

import static io.godev.plan.fleet.Fleets.NEW;
import static io.godev.plan.fleet.Fleets.NOW;
import static io.godev.plan.fleet.Fleets.OLD;
import static io.godev.plan.fleet.Fleets.failing;
import static io.godev.plan.fleet.Fleets.fleet;
import static io.godev.plan.fleet.Fleets.made;
import static io.godev.plan.fleet.Fleets.members;
import static io.godev.plan.fleet.Fleets.ready;
import static io.godev.plan.fleet.Fleets.waits;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevFleetStatus;
import io.godev.api.v1alpha1.GoDevFleetStatus.Failure;
import io.godev.api.v1alpha1.GoDevFleetStatus.Templates;
import io.godev.api.v1alpha1.Reason;
import io.godev.generated.Committed;
import io.godev.plan.fleet.FleetPlan;
import io.godev.plan.fleet.FleetTemplate;
import io.godev.plan.fleet.Members;
import io.godev.plan.fleet.Rollout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Fleets in every state, as GitOps tools see them: what their own code makes of these is tested in
 * {@code deploy/gitops}. {@code make generate} records them.
 */
class GeneratedFleetStatesTest {
  private static final Path FOLDER = Path.of("deploy/gitops/testdata/fleets");
  private static final String TWO = members("a", "b");

  @Test
  void everyStateIsRecorded() throws IOException {
    // Given
    var serialization = new KubernetesSerialization();
    Map<String, String> files = new TreeMap<>();

    // When
    states()
        .forEach(
            (name, fleet) ->
                files.put(
                    name.replace(' ', '-') + ".yaml",
                    "# Made by \"make generate\" from the code that writes the status.\n"
                        + serialization.asYaml(fleet)));

    // Then
    Committed.are(FOLDER, files);
  }

  private static Map<String, GoDevFleet> states() {
    Map<String, GoDevFleet> states = new TreeMap<>();
    var of = fleet(OLD, TWO);
    var a = ready(made(of, "a"));
    var b = ready(made(of, "b"));
    states.put("ready", in(of, List.of(), a, b));
    states.put("empty", in(fleet(OLD, "members: []"), List.of()));
    states.put("members are made", in(of, List.of()));
    states.put("members start", in(of, List.of(), a, waits(made(of, "b", NOW), "InProgress")));
    states.put("a member fails", in(of, List.of(), failing(made(of, "a")), b));
    states.put(
        "a name is taken",
        in(of, List.of(new FleetObstacle("a", Reason.NameConflict, "It is taken.")), b));
    states.put("a template is rolled out", in(fleet(NEW, TWO), List.of(), a, b));
    states.put("a template is taken back", failed("RollBack", true));
    states.put("a template was taken back", failed("RollBack", false));
    states.put("a template is halted", failed("Pause", true));
    var changed = in(fleet(OLD, TWO), List.of(), a, b);
    changed.getMetadata().setGeneration(2L);
    states.put("changed and not seen yet", changed);
    var deleted = in(fleet(OLD, TWO), List.of(), a, b);
    deleted.getMetadata().setDeletionTimestamp(NOW.toString());
    states.put("deleted", deleted);
    var unseen = fleet(OLD, TWO);
    // as the API server shows it
    unseen.setStatus(
        new KubernetesSerialization()
            .unmarshal(
                "observedGeneration: " + GoDevFleetStatus.NOT_OBSERVED, GoDevFleetStatus.class));
    states.put("new as the api server shows it", unseen);
    return states;
  }

  // each state has a fleet of its own
  private static GoDevFleet in(
      GoDevFleet of, List<FleetObstacle> obstacles, GoDevEnvironment... there) {
    var fleet = new KubernetesSerialization().clone(of);
    fleet.setStatus(FleetAssessorTest.status(fleet, obstacles, there));
    return fleet;
  }

  // the template of the spec failed at a, which has it still or went back
  private static GoDevFleet failed(String onFailure, boolean has) {
    var fleet = fleet(NEW, TWO + "rollout: {onFailure: " + onFailure + "}");
    var old = FleetTemplate.of(fleet(OLD, TWO).getSpec().template());
    var failure =
        new Failure(
            FleetTemplate.of(fleet.getSpec().template()).hash(),
            "a",
            "BuildFailed",
            "main.go:7: undefined: x",
            null);
    var before =
        new GoDevFleetStatus(
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            new Templates(failure.template(), old.hash(), failure),
            List.of("a"),
            null,
            null);
    var there =
        Members.of(
            fleet,
            List.of(
                has ? failing(made(fleet, "a")) : ready(made(fleet(OLD, TWO), "a")),
                ready(made(fleet(OLD, TWO), "b"))));
    var rollout = Rollout.of(fleet, before, there, NOW);
    var target = onFailure.equals("RollBack") ? old : rollout.current();
    var plan = FleetPlan.of(fleet, rollout, target, there, NOW);
    fleet.setStatus(
        FleetAssessor.of(fleet, before, rollout, plan, there, List.of(), old.hash(), NOW));
    return fleet;
  }
}
