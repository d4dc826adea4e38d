package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Accepted;
import static io.godev.api.v1alpha1.ConditionType.Built;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static io.godev.api.v1alpha1.ConditionType.Stalled;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.BuildResult;
import io.godev.api.v1alpha1.Source;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Failures that really happen, what the status says of them, and that it goes on once their cause
 * is gone.
 */
class FailuresIT {
  private static final String GO_MOD = "module example.com/broken\n\ngo 1.26\n";

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-failures");

  @Test
  void aProgramThatDoesNotCompileIsNamedByFileAndLineAndRunsOnceItIsMended() {
    // Given
    var broken = "package main\n\nfunc main() {\n\tundefined.Call()\n}\n";

    // When
    cluster.create(files("compile", broken));

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
    replaceMain("compile", "package main\n\nfunc main() { select {} }\n");

    // Then
    cluster.await("compile", Ready, True);
    assertThat(cluster.environment("compile").get().getStatus().build().result())
        .isEqualTo(BuildResult.Succeeded);
  }

  @Test
  void aProgramThatCrashesShowsItsExitCodeAndItsLastLines() {
    // Given
    var crashing =
        """
        package main

        import (
        	"os"
        )

        func main() {
        	println("no database at db:5432")
        	os.Exit(3)
        }
        """;

    // When
    cluster.create(files("crash", crashing));

    // Then
    var running =
        cluster.await("crash", Running, condition -> condition.reason().equals("Crashed"));
    assertThat(running.status()).isEqualTo(False);
    assertThat(running.message()).contains("exit code 3").contains("no database at db:5432");
    assertThat(cluster.await("crash", Ready, False).reason()).isEqualTo("Crashed");
  }

  @Test
  void aProgramThatEndsWellIsCompletedAndNotRunAgain() {
    // When
    cluster.create(files("once", "package main\n\nfunc main() { println(\"done\") }\n"));

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
  void anObjectOfSomebodyElseIsNamedAndLeftAlone() {
    // Given
    var theirs =
        cluster
            .client()
            .resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName("taken-files")
                    .withNamespace(cluster.namespace())
                    .endMetadata()
                    .withData(Map.of("theirs", "yes"))
                    .build())
            .create();

    // When
    cluster.create(files("taken", "package main\n\nfunc main() { select {} }\n"));

    // Then
    var accepted = cluster.await("taken", Accepted, False);
    assertThat(accepted.reason()).isEqualTo("NameConflict");
    assertThat(accepted.message()).contains("ConfigMap named taken-files");
    assertThat(cluster.client().resource(theirs).get().getMetadata().getResourceVersion())
        .isEqualTo(theirs.getMetadata().getResourceVersion());

    // When
    cluster.client().resource(theirs).delete();

    // Then
    cluster.await("taken", Ready, True);
  }

  @Test
  void aRejectedSpecLeavesWhatRunsAlone() {
    // Given
    cluster.create(files("kept", "package main\n\nfunc main() { select {} }\n"));
    cluster.await("kept", Ready, True);
    var before = cluster.pod("kept").get().getMetadata().getUid();

    // When
    cluster.edit(
        "kept", "{\"spec\":{\"go\":{\"env\":[{\"name\":\"GOARCH\",\"value\":\"armv6l\"}]}}}");

    // Then
    var accepted = cluster.await("kept", Accepted, False);
    assertThat(accepted.reason()).isEqualTo("InvalidSpec");
    assertThat(accepted.message())
        .contains("spec.go.env[0].value: armv6l is no GOARCH; write arm with GOARM=6");
    assertThat(cluster.await("kept", Running, True).reason()).isEqualTo("Started");
    assertThat(cluster.pod("kept").get().getMetadata().getUid()).isEqualTo(before);

    // When
    cluster.edit("kept", "{\"spec\":{\"go\":{\"env\":null}}}");

    // Then
    cluster.await("kept", Ready, True);
    assertThat(cluster.pod("kept").get().getMetadata().getUid()).isEqualTo(before);
  }

  private static GoDevEnvironment files(String name, String main) {
    var environment = cluster.sample("hello-files.yaml");
    environment.getMetadata().setName(name);
    environment.setSpec(
        new GoDevEnvironmentSpec(
            null,
            new Source(null, Map.of("go.mod", GO_MOD, "main.go", main), null),
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
