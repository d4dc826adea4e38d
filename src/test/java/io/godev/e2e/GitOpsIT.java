package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Stalled;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevFleetStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What GitOps tools see of environments on the real API server. */
class GitOpsIT {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final List<String> HEALTHS =
      List.of(Health.CURRENT, Health.IN_PROGRESS, Health.FAILED, Health.TERMINATING);

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-gitops");

  @Test
  void kstatusAndArgoCdFollowAnEnvironmentThroughItsLife() throws Exception {
    // Given
    var seen = new Seen();
    try (var watch =
        cluster
            .client()
            .genericKubernetesResources("godev.io/v1alpha1", "GoDevEnvironment")
            .inNamespace(cluster.namespace())
            .withName("hello")
            .watch(seen)) {
      // When
      cluster.create(cluster.sample("hello-files.yaml"));
      cluster.await("hello", Ready, True);
      cluster.edit(
          "hello",
          "{\"spec\": {\"go\": {\"env\": [{\"name\": \"GOOS\", \"value\": \"windows\"}]}}}");
      cluster.await("hello", Stalled, True);
      cluster.edit("hello", "{\"spec\": {\"mode\": \"Suspended\", \"go\": {\"env\": null}}}");
      cluster.await("hello", Ready, condition -> condition.reason().equals("Suspended"));
      cluster.environment("hello").withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
      cluster.environment("hello").waitUntilCondition(gone -> gone == null, 60, TimeUnit.SECONDS);
    }

    // Then
    assertThat(seen.objects.get(0).<Object>get("status"))
        .describedAs("the default of the definition, before the operator has looked")
        .isEqualTo(Map.of("observedGeneration", GoDevEnvironmentStatus.NOT_OBSERVED.intValue()));
    var told = Health.of(seen.objects);
    assertThat(told.get(0)).isEqualTo(Health.IN_PROGRESS);
    assertThat(told)
        .containsSubsequence(
            Health.CURRENT,
            Health.IN_PROGRESS,
            Health.FAILED,
            Health.IN_PROGRESS,
            Health.CURRENT,
            Health.TERMINATING)
        .allMatch(HEALTHS::contains);
  }

  @Test
  void theyFollowAFleetToo() throws Exception {
    // Given: a name that somebody else has; who is suspended needs no pod
    var theirs = cluster.sample("suspended.yaml");
    theirs.getMetadata().setName("workshop-theirs");
    cluster.create(theirs);
    var text = Files.readString(Path.of("samples/fleet.yaml"));
    var template = text.substring(0, text.indexOf("  members:"));
    var fleets =
        cluster
            .client()
            .resources(GoDevFleet.class)
            .inNamespace(cluster.namespace())
            .withName("workshop");
    var seen = new Seen();
    try (var watch =
        cluster
            .client()
            .genericKubernetesResources("godev.io/v1alpha1", "GoDevFleet")
            .inNamespace(cluster.namespace())
            .withName("workshop")
            .watch(seen)) {
      // When
      applied(template + "  members: [{name: carol, mode: Suspended}]");
      await(fleets, Ready);
      applied(template + "  members: [{name: carol, mode: Suspended}, {name: theirs}]");
      await(fleets, Stalled);
      applied(template + "  members: [{name: carol, mode: Suspended}]");
      await(fleets, Ready);
      fleets.withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
      fleets.waitUntilCondition(gone -> gone == null, 60, TimeUnit.SECONDS);
    }

    // Then
    assertThat(seen.objects.get(0).<Object>get("status"))
        .isEqualTo(Map.of("observedGeneration", GoDevFleetStatus.NOT_OBSERVED.intValue()));
    var told = Health.of(seen.objects);
    assertThat(told.get(0)).isEqualTo(Health.IN_PROGRESS);
    assertThat(told)
        .containsSubsequence(
            Health.CURRENT,
            Health.IN_PROGRESS,
            Health.FAILED,
            Health.IN_PROGRESS,
            Health.CURRENT,
            Health.TERMINATING)
        .allMatch(HEALTHS::contains);
  }

  private static void await(Resource<GoDevFleet> fleets, ConditionType type) {
    fleets.waitUntilCondition(
        fleet ->
            fleet.getStatus() != null
                && fleet
                    .getMetadata()
                    .getGeneration()
                    .equals(fleet.getStatus().observedGeneration())
                && fleet.getStatus().condition(type).holds(),
        60,
        TimeUnit.SECONDS);
  }

  @Test
  void whatIsAppliedAgainChangesNothing() throws IOException {
    // Given: every field there is, without a pod
    var text = inThisNamespace(GOLDEN.resolve("everything/in-GoDevEnvironment.yaml"));
    var environment =
        cluster
            .client()
            .getKubernetesSerialization()
            .unmarshal(text, GenericKubernetesResource.class);
    @SuppressWarnings("unchecked")
    var spec = (Map<String, Object>) environment.getAdditionalProperties().get("spec");
    spec.put("mode", "Suspended");
    text = cluster.client().getKubernetesSerialization().asYaml(environment);
    var name = environment.getMetadata().getName();
    applied(text, "--server-side");
    cluster.await(name, Ready, True);
    var version = cluster.environment(name).get().getMetadata().getResourceVersion();

    // When
    applied(text, "--server-side");
    var bothWays =
        List.of(
            kubectl(text, "diff", "--server-side", "-f", "-"), kubectl(text, "diff", "-f", "-"));

    // Then
    assertThat(bothWays)
        .allSatisfy(
            diff -> {
              assertThat(diff.out()).isEmpty();
              assertThat(diff.code()).describedAs("%s", diff.err()).isZero();
            });
    assertThat(cluster.environment(name).get().getMetadata().getResourceVersion())
        .isEqualTo(version);
  }

  @Test
  void anEnvironmentThatRunsIsNoDifferenceToItsFile() throws IOException {
    // Given
    var text =
        Files.readString(Path.of("samples/hello-files.yaml"))
            .replace("name: hello", "name: applied");
    applied(text);
    cluster.await("applied", Ready, True);

    // When
    var diff = kubectl(text, "diff", "-f", "-");
    // something else is a difference, so that an empty one says something
    var other = kubectl(text.replace("spec:", "spec:\n  mode: Suspended"), "diff", "-f", "-");

    // Then
    assertThat(diff.out()).isEmpty();
    assertThat(diff.code()).describedAs("%s", diff.err()).isZero();
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.out()).contains("+  mode: Suspended");
  }

  private static Stream<Path> cases() throws IOException {
    return Files.list(GOLDEN).sorted();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theApiServerKeepsASpecAsItIsWritten(Path folder) throws IOException {
    // Given
    var written =
        cluster
            .client()
            .getKubernetesSerialization()
            .unmarshal(
                inThisNamespace(folder.resolve("in-GoDevEnvironment.yaml")),
                GenericKubernetesResource.class);
    // another test's is there by its own name
    written.getMetadata().setName("dry-run");

    // When
    var stored =
        cluster.client().resource(written).inNamespace(cluster.namespace()).dryRun().create();

    // Then
    assertThat(stored.getAdditionalProperties().get("spec"))
        .isEqualTo(written.getAdditionalProperties().get("spec"));
  }

  @Test
  void theCommandOfTheGuidePutsTheHealthCheckBesideWhatArgoCdHas() throws Exception {
    // Given
    var command =
        Files.readString(Path.of("docs/guide/gitops.md"))
            .lines()
            .filter(line -> line.startsWith("$ kubectl -n argocd "))
            .map(line -> line.substring(2).replace("-n argocd", "-n " + cluster.namespace()))
            .toList();
    var config =
        cluster.client().configMaps().inNamespace(cluster.namespace()).withName("argocd-cm");
    cluster
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("argocd-cm")
                .endMetadata()
                .addToData("url", "https://argocd.example.com")
                .build())
        .inNamespace(cluster.namespace())
        .create();

    // When
    assertThat(command).hasSize(1);
    var process = new ProcessBuilder("bash", "-c", command.get(0)).inheritIO().start();

    // Then
    assertThat(process.waitFor()).isZero();
    assertThat(config.get().getData())
        .containsEntry("url", "https://argocd.example.com")
        .containsEntry(
            "resource.customizations.health.godev.io_GoDevEnvironment",
            Files.readString(Health.FOLDER.resolve("argocd/health.lua")))
        .containsEntry(
            "resource.customizations.health.godev.io_GoDevFleet",
            Files.readString(Health.FOLDER.resolve("argocd/health.lua")));
  }

  private static String inThisNamespace(Path file) throws IOException {
    return Files.readString(file).replaceAll("(?m)^  (namespace|uid|generation): .*\\n", "");
  }

  private static void applied(String text, String... options) {
    var result =
        kubectl(
            text,
            Stream.concat(Stream.of("apply", "-f", "-"), Stream.of(options))
                .toArray(String[]::new));
    assertThat(result.code()).describedAs("%s", result.err()).isZero();
  }

  private static Kubectl kubectl(String text, String... arguments) {
    return Kubectl.with(
        text,
        Stream.concat(Stream.of("-n", cluster.namespace()), Stream.of(arguments))
            .toArray(String[]::new));
  }

  private static final class Seen implements Watcher<GenericKubernetesResource> {
    private final List<GenericKubernetesResource> objects = new CopyOnWriteArrayList<>();

    @Override
    public void eventReceived(Action action, GenericKubernetesResource object) {
      if (action != Action.DELETED) {
        objects.add(object);
      }
    }

    @Override
    public void onClose(WatcherException cause) {}
  }
}
