package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** godev render prints what the installed operator makes, and godev lint says what it says. */
class RenderedIT {

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-rendered");

  @TempDir static Path folder;

  private static List<String> asInstalled;

  @BeforeAll
  static void likeTheOperatorThatIsInstalled() throws IOException {
    asInstalled = Rendered.optionsOfTheOperator(cluster, folder);
  }

  // a folder of the node is refused by an operator as it is installed; HostFolderIT has one that
  // shows it, and ProfileIT has the profile
  private static Stream<Path> specs() throws IOException {
    try (var samples = Files.list(Path.of("samples"));
        var golden = Files.list(Path.of("src/test/resources/golden"))) {
      return Stream.concat(
          samples.filter(file -> file.toString().endsWith(".yaml") && !file.endsWith("fleet.yaml")),
          golden
              .filter(one -> !one.endsWith("host-folder") && !one.endsWith("profile"))
              .map(one -> one.resolve("in-GoDevEnvironment.yaml")))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void theOperatorMakesWhatIsRendered(Path file) {
    // Given
    var name = file.toString().replaceAll("/in-GoDev.*|[.]yaml", "").replaceAll(".*/", "r-");
    var environment = cluster.read(file);
    environment.getMetadata().setName(name);
    environment.getMetadata().setNamespace(cluster.namespace());
    environment.getMetadata().setUid(null);

    // When
    var created = cluster.create(environment);

    // Then
    try {
      Rendered.isWhatTheOperatorMakes(cluster, created, asInstalled);
    } finally {
      cluster.edit(name, "{\"spec\":{\"deletionProtection\":null}}");
      cluster.environment(name).delete();
      cluster.pod(name).withGracePeriod(0).delete();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "variable | go: {env: [{name: GOPROXY, value: direct}]}",
        "flag | go: {flags: [-race, -mod=vendor]}",
        "architecture | go: {env: [{name: GOARCH, value: armv6l}]}",
        "memory | run: {env: [{name: GOMEMLIMIT, value: 256Mi}]}",
        "port | run: {ports: [{name: dns, containerPort: 8053, protocol: UDP}], readiness: {tcpSocket: {port: dns}}}",
        "files | source: {files: {go.mod: m, cmd: x, cmd/main.go: z}}",
      })
  void whatTheOperatorRejectsIsRejectedWithTheSameWords(String name, String spec) {
    // Given
    var text =
        """
        apiVersion: godev.io/v1alpha1
        kind: GoDevEnvironment
        metadata: {name: %s}
        spec:
        %s  %s
        """
            .formatted(
                name, spec.contains("source:") ? "" : "  source: {claim: {name: code}}\n", spec);
    cluster.create(
        cluster.client().getKubernetesSerialization().unmarshal(text, GoDevEnvironment.class));

    // When
    var accepted = cluster.await(name, ConditionType.Accepted, condition -> true);
    var linted = Ran.godevWith(text, "lint", "-");

    // Then
    assertThat(accepted.reason()).isEqualTo("InvalidSpec");
    assertThat(linted.code()).isEqualTo(1);
    assertThat(linted.out().lines())
        .singleElement()
        .satisfies(
            line ->
                assertThat(accepted.message())
                    .contains(line.replaceFirst("^-:[0-9]+:[0-9]+: Violation: ", "")));
  }

  @Test
  void aDifferenceIsFound() {
    var yaml = new YAMLMapper();
    assertThat(
            Rendered.differences(
                "x",
                yaml.valueToTree(Map.of("a", 1, "b", List.of(1, 2), "c", "1Gi")),
                yaml.valueToTree(Map.of("a", 2, "b", List.of(1), "c", "1024Mi", "d", 0))))
        .containsExactlyInAnyOrder(
            "x.a: 1, and the cluster has 2", "x.b: [1,2], and the cluster has [1]");
  }
}
