package io.godev.assess;

import static io.godev.assess.Passes.seen;
import static io.godev.assess.Pods.NOW;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.generated.Committed;
import io.godev.plan.Environments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Environments in every state, as GitOps tools see them: what their own code makes of these is
 * tested in {@code deploy/gitops}. {@code make generate} records them.
 */
class GeneratedStatesTest {
  private static final Path FOLDER = Path.of("deploy/gitops/testdata/states");
  private static final String PORT = "run: {ports: [{name: http, containerPort: 8080}]}";

  @Test
  void everyStateIsRecorded() throws IOException {
    // Given
    var serialization = new KubernetesSerialization();
    Map<String, String> files = new TreeMap<>();

    // When
    states()
        .forEach(
            (name, environment) ->
                files.put(
                    name.replace(' ', '-') + ".yaml",
                    "# Made by \"make generate\" from the code that writes the status.\n"
                        + serialization.asYaml(environment)));
    // as the API server stores it, and as it shows it
    files.put("new-without-status.yaml", Environments.yaml(PORT));
    files.put(
        "new-as-the-api-server-shows-it.yaml",
        Environments.yaml(PORT)
            + "status: {observedGeneration: %d}\n".formatted(GoDevEnvironmentStatus.NOT_OBSERVED));

    // Then
    Committed.are(FOLDER, files);
  }

  private static Map<String, GoDevEnvironment> states() {
    Map<String, GoDevEnvironment> states = new TreeMap<>();
    SummaryTest.cases()
        .forEach(
            of -> {
              var environment = SummaryTest.environment(of);
              environment.setStatus(SummaryTest.assess(of, environment));
              states.put(of.name(), environment);
            });
    states.put("changed and not seen yet", changed());
    states.put("rejected and the last accepted spec runs", kept(true));
    states.put("rejected and the last accepted spec starts", kept(false));
    states.put("a change waits for a restart", pendingRestart());
    states.put("a change is built beside the program", building());
    states.put("deleted", deleted());
    states.putAll(ProfiledStates.all());
    return states;
  }

  private static GoDevEnvironment running() {
    var environment = Environments.environment(PORT);
    environment.setStatus(
        Passes.assess(environment, seen(Pods.started().ready(true).build()), NOW));
    return environment;
  }

  private static GoDevEnvironment changed() {
    var environment = running();
    environment.getMetadata().setGeneration(2L);
    return environment;
  }

  private static GoDevEnvironment kept(boolean runs) {
    var environment = changed();
    var pod = runs ? Pods.started().ready(true) : Pods.until("build").running("build");
    environment.setStatus(Passes.keep(environment, seen(pod.build()), NOW));
    return environment;
  }

  private static GoDevEnvironment pendingRestart() {
    var environment = Environments.environment(PORT);
    environment.setStatus(
        Passes.assess(
            environment,
            new Observation(
                Pods.started().ready(true).build(),
                List.of(),
                List.of(),
                List.of("image of dev: a → b")),
            NOW));
    return environment;
  }

  private static GoDevEnvironment building() {
    var environment = running();
    var pod =
        new PodBuilder(Pods.started().ready(true).build())
            .editMetadata()
            .withUid("the-pod")
            .endMetadata()
            .build();
    var report =
        new KubernetesSerialization()
            .unmarshal(
                "podUid: the-pod\nsequence: %d\nbuild: {state: Building}\n"
                    .formatted(NOW.toEpochMilli()),
                RuntimeReport.class);
    environment.setStatus(
        Passes.assess(
            environment,
            new Observation(pod, List.of(), List.of(), List.of(), report, List.of()),
            NOW));
    return environment;
  }

  private static GoDevEnvironment deleted() {
    var environment = running();
    environment.getMetadata().setDeletionTimestamp(NOW.toString());
    return environment;
  }
}
