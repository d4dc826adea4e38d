package io.godev.assess;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.AcceptedSpec;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Build;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.BuildResult;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.DebugAccess;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Endpoint;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Startup;
import io.godev.api.v1alpha1.Run;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.api.v1alpha1.Source;
import io.godev.plan.Environments;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A status as the API server gets it: what it does not declare it drops, or refuses. */
class StatusJsonTest {
  private static final File DEFINITION = new File("deploy/crds/godevenvironments.godev.io-v1.yml");

  // as the client writes it
  private final KubernetesSerialization serialization = new KubernetesSerialization();

  static final GoDevEnvironmentStatus FULL =
      new GoDevEnvironmentStatus(
          7L,
          List.of(
              new Condition(
                  ConditionType.Ready,
                  Condition.Status.True,
                  "Ready",
                  "The program runs and answers.",
                  7L,
                  "2026-01-01T12:00:00Z")),
          "1.26",
          "example.com/shop@v1.2.3",
          "golang:1.26-bookworm",
          "standard",
          new Startup("2026-01-01T12:00:00Z", 1.0, 2.0, 0.5, 12.25, 30.125, 3.0, 49.0),
          new Build(
              BuildResult.Failed,
              "2026-01-01T12:00:00Z",
              30.125,
              "./cmd/shop",
              "main.go",
              4,
              "undefined: x"),
          List.of(
              new Endpoint(
                  "http",
                  8080,
                  Run.Protocol.TCP,
                  "http://shop.team.svc:8080",
                  "http://192.0.2.1:8080",
                  "kubectl port-forward -n team pod/shop 8080:8080",
                  "go tool pprof http://localhost:8080/debug/pprof/profile?seconds=30")),
          new DebugAccess("kubectl port-forward -n team pod/shop 40000:40000", "{}", "Go Remote"),
          new GoDevEnvironmentStatus.Platform(
              "DockerDesktopKubeadm", Source.Host.WindowsWSL2, "v1.34.4", "docker://29.0"),
          List.of(
              new GoDevEnvironmentStatus.Advice(
                  "LatestTag",
                  GoDevEnvironmentStatus.Severity.Warning,
                  "spec.go.image",
                  "It moves.",
                  "Name a release.")),
          new AcceptedSpec(7L, "0123456789abcdef0123456789abcdef"),
          new RuntimeReport(
              "the-pod",
              1_767_268_800_000L,
              new RuntimeReport.Source(
                  RuntimeReport.SourceState.LocalEdits,
                  "0123456789abcdef",
                  "LocalEdits",
                  "main.go"),
              new RuntimeReport.Watch(RuntimeReport.Method.Poll, "no events arrive"),
              new RuntimeReport.Build(
                  RuntimeReport.BuildState.Failed,
                  "2026-01-01T12:00:00Z",
                  0.5,
                  "./cmd/shop",
                  "BuildFailed",
                  "main.go:4: undefined: x",
                  "main.go",
                  4,
                  2,
                  "undefined: x"),
              new RuntimeReport.Reloads(3L, 1L, "2026-01-01T12:00:00Z", 0.75),
              new RuntimeReport.Program(
                  RuntimeReport.ProgramState.Failed,
                  "2026-01-01T12:00:00Z",
                  "Crashed",
                  "it ended",
                  137,
                  "killed",
                  List.of("panic")),
              new RuntimeReport.Debugger(
                  RuntimeReport.DebuggerState.Refused, "DelveUnsupportedGo", "too old"),
              "2026-01-01T12:00:00Z",
              new RuntimeReport.Use(
                  RuntimeReport.UseState.Quiet, "2026-01-01T12:00:00Z", "Command")),
          new GoDevEnvironmentStatus.Activity(
              "Command",
              "2026-01-01T12:00:00Z",
              "2026-01-01T13:00:00Z",
              "2026-01-01T13:00:01Z",
              "8f14e45f-ceea-367f-a27f-e9b8a1c6d2aa",
              "2026-01-02T12:00:00Z"));

  @Test
  void aFullStatusHoldsExactlyTheFieldsThatTheDefinitionDeclares() throws IOException {
    // Given
    Set<String> declared = new TreeSet<>();
    declared("status", definition(), declared);

    // When
    Set<String> written = new TreeSet<>();
    written("status", serialization.convertValue(FULL, JsonNode.class), written);

    // Then
    assertThat(written).isEqualTo(declared);
  }

  @Test
  void aStatusReadBackIsEqualSoThatItIsNotWrittenAgain() {
    // When
    var read = serialization.unmarshal(serialization.asJson(FULL), GoDevEnvironmentStatus.class);

    // Then
    assertThat(read).isEqualTo(FULL);
  }

  @Test
  void whatIsNotKnownIsAbsent() {
    // When
    var json =
        serialization.asJson(
            new GoDevEnvironmentStatus(
                7L, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null));

    // Then
    assertThat(json).isEqualTo("{\"observedGeneration\":7}");
  }

  @Test
  void theDefaultOfTheDefinitionIsReadAsNoStatus() throws IOException {
    // Given
    var environment = Environments.yaml("mode: Running");
    var byDefault = serialization.asJson(definition().get("default"));

    // When
    var read =
        serialization.unmarshal(
            environment + "status: " + byDefault + "\n", GoDevEnvironment.class);

    // Then
    assertThat(byDefault).isEqualTo("{\"observedGeneration\":-1}");
    assertThat(read.getStatus()).isNull();
    assertThat(serialization.asJson(read)).doesNotContain("status");
  }

  @Test
  void aReportThatCameBeforeTheFirstStatusIsRead() {
    // When
    var read =
        serialization.unmarshal(
            Environments.yaml("mode: Running")
                + "status: {observedGeneration: -1, runtime: {podUid: the-pod, sequence: 3}}\n",
            GoDevEnvironment.class);

    // Then
    assertThat(read.getStatus().runtime().podUid()).isEqualTo("the-pod");
    assertThat(read.getStatus().withoutReport()).isEqualTo(GoDevEnvironmentStatus.NONE);
  }

  private static JsonNode definition() throws IOException {
    return new YAMLMapper()
        .readTree(DEFINITION)
        .at("/spec/versions/0/schema/openAPIV3Schema/properties/status");
  }

  private static void declared(String path, JsonNode schema, Set<String> paths) {
    if (schema.has("items")) {
      declared(path + "[]", schema.get("items"), paths);
    }
    schema
        .path("properties")
        .properties()
        .forEach(
            field -> {
              paths.add(path + "." + field.getKey());
              declared(path + "." + field.getKey(), field.getValue(), paths);
            });
  }

  private static void written(String path, JsonNode value, Set<String> paths) {
    if (value.isArray()) {
      value.forEach(item -> written(path + "[]", item, paths));
    }
    value
        .properties()
        .forEach(
            field -> {
              paths.add(path + "." + field.getKey());
              written(path + "." + field.getKey(), field.getValue(), paths);
            });
  }
}
