package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Accepted;
import static io.godev.api.v1alpha1.ConditionType.Built;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static io.godev.api.v1alpha1.ConditionType.SourceReady;
import static io.godev.api.v1alpha1.ConditionType.Stalled;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.BuildResult;
import io.godev.api.v1alpha1.Source;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Failures that really happen and that the failure table cannot hold: what the status says of them,
 * and that it goes on once their cause is gone.
 */
class FailuresIT {
  private static final String GO_MOD = "module example.com/broken\n\ngo 1.26\n";
  private static final String SLEEPS =
      "package main\n\nimport \"time\"\n\nfunc main() { time.Sleep(time.Hour) }\n";
  private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-failures");

  @Test
  void aProgramThatDoesNotCompileIsNamedByFileAndLineAndRunsOnceItIsMended() {
    // Given
    var broken = "package main\n\nfunc main() {\n\tundefined.Call()\n}\n";

    // When
    cluster.create(cluster.warm(files("compile", broken)));

    // Then
    var built = cluster.await("compile", Built, False);
    assertThat(built.reason()).isEqualTo("BuildFailed");
    assertThat(built.message()).contains("main.go:4").contains("undefined: undefined");
    assertThat(cluster.await("compile", Stalled, True).reason()).isEqualTo("BuildFailed");
    assertThat(cluster.await("compile", Ready, False).reason()).isEqualTo("BuildFailed");
    var build = cluster.environment("compile").get().getStatus().build();
    assertThat(build.result()).isEqualTo(BuildResult.Failed);
    assertThat(build.file()).isEqualTo("main.go");
    assertThat(build.line()).isEqualTo(4);
    assertThat(build.error()).isEqualTo("undefined: undefined");

    // When
    replaceMain("compile", SLEEPS);

    // Then
    cluster.await("compile", Ready, True);
    assertThat(cluster.environment("compile").get().getStatus().build().result())
        .isEqualTo(BuildResult.Succeeded);
  }

  @Test
  void aProgramThatEndsWellIsCompletedAndNotRunAgain() {
    // When
    cluster.create(
        cluster.warm(files("once", "package main\n\nfunc main() { println(\"done\") }\n")));

    // Then
    assertThat(cluster.await("once", Ready, True).reason()).isEqualTo("Completed");
    var pod =
        cluster
            .pod("once")
            .waitUntilCondition(
                it -> "Succeeded".equals(it.getStatus().getPhase()), 30, TimeUnit.SECONDS);
    assertThat(pod.getStatus().getContainerStatuses().get(0).getRestartCount()).isZero();
  }

  @Test
  void aClusterWithoutADefaultStorageClassIsToldAndGoesOnOnceItHasOne() {
    // Given
    var classes = cluster.client().storage().v1().storageClasses();
    var standard =
        classes.list().getItems().stream()
            .filter(it -> "true".equals(it.getMetadata().getAnnotations().get(DEFAULT_CLASS)))
            .findFirst()
            .orElseThrow();
    setDefault(standard, false);
    try {
      // When
      cluster.create(files("unbound", SLEEPS));

      // Then
      var source =
          cluster.await(
              "unbound", SourceReady, condition -> condition.reason().equals("NoStorageClass"));
      assertThat(source.message()).contains("unbound-workspace").contains("no default one");
      assertThat(cluster.await("unbound", Stalled, True).reason()).isEqualTo("NoStorageClass");
      cluster.awaitEvent("unbound", "NoStorageClass", List.of("storageClassName"));
    } finally {
      setDefault(standard, true);
    }

    // Then: the cluster gives claims without a class the new default one
    cluster.await("unbound", Ready, True);
    cluster.awaitEvent("unbound", "Recovered", List.of());
  }

  private static void setDefault(StorageClass of, boolean isDefault) {
    cluster
        .client()
        .resource(of)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(DEFAULT_CLASS, isDefault));
  }

  @Test
  void aRejectedSpecLeavesTheLastAcceptedOneInForce() {
    // Given
    cluster.create(cluster.warm(files("kept", SLEEPS)));
    cluster.await("kept", Ready, True);
    var before = cluster.pod("kept").get();

    // When
    cluster.edit(
        "kept", "{\"spec\":{\"go\":{\"env\":[{\"name\":\"GOARCH\",\"value\":\"armv6l\"}]}}}");

    // Then
    var accepted = cluster.await("kept", Accepted, False);
    assertThat(accepted.reason()).isEqualTo("InvalidSpec");
    assertThat(accepted.message())
        .contains("spec.go.env[0].value: armv6l is no GOARCH; write arm with GOARM=6")
        .contains("The last accepted spec (generation 1) stays in force.");
    assertThat(cluster.await("kept", Ready, False).message())
        .contains("armv6l")
        .contains("The program runs");
    assertThat(cluster.await("kept", Running, True).reason()).isEqualTo("Started");
    assertThat(cluster.pod("kept").get().getMetadata().getUid())
        .isEqualTo(before.getMetadata().getUid());

    // When
    cluster.pod("kept").delete();

    // Then
    var again =
        cluster
            .pod("kept")
            .waitUntilCondition(
                pod ->
                    pod != null
                        && !pod.getMetadata().getUid().equals(before.getMetadata().getUid())
                        && "Running".equals(pod.getStatus().getPhase()),
                2,
                TimeUnit.MINUTES);
    assertThat(again.getMetadata().getAnnotations())
        .isEqualTo(before.getMetadata().getAnnotations());
    assertThat(containers(again)).isEqualTo(containers(before));
    cluster.await(
        "kept",
        Ready,
        ready ->
            ready.reason().equals("InvalidSpec") && ready.message().contains("The program runs"));

    // When
    cluster.edit("kept", "{\"spec\":{\"go\":{\"env\":null}}}");

    // Then
    cluster.await("kept", Ready, True);
    assertThat(cluster.pod("kept").get().getMetadata().getUid())
        .isEqualTo(again.getMetadata().getUid());
  }

  private static List<Container> containers(Pod pod) {
    return Stream.concat(
            pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
        .toList();
  }

  private static GoDevEnvironment files(String name, String main) {
    var environment = cluster.sample("hello-files.yaml");
    environment.getMetadata().setName(name);
    environment.setSpec(
        new GoDevEnvironmentSpec(
            null,
            null,
            Source.of(Map.of("go.mod", GO_MOD, "main.go", main)),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null));
    return environment;
  }

  private static void replaceMain(String name, String main) {
    cluster.edit(
        name,
        cluster
            .client()
            .getKubernetesSerialization()
            .asJson(Map.of("spec", Map.of("source", Map.of("files", Map.of("main.go", main))))));
  }
}
