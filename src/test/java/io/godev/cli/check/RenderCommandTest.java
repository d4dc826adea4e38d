package io.godev.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.Ran;
import io.godev.plan.Environments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RenderCommandTest {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Path SAMPLES = Path.of("samples");

  @TempDir private Path folder;

  private static Stream<Path> cases() throws IOException {
    return Files.list(Path.of("src/test/resources/golden")).sorted();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aGoldenCaseGivesTheObjectsOfTheOperator(Path golden) throws IOException {
    // Given
    var input = golden.resolve("in-GoDevEnvironment.yaml");
    var expected = files(golden);
    if (Files.readString(input).contains("mode: Suspended")) {
      expected.keySet().removeIf(name -> name.startsWith("Pod-"));
    }

    // When
    var profile = golden.resolve("in-GoDevProfile.yaml");
    var ran =
        Ran.godev(
            Files.exists(profile)
                ? asInTests(input.toString(), "--profile", profile.toString())
                : asInTests(input.toString()));

    // Then
    assertThat(ran.err()).isEmpty();
    assertThat(objects(ran.out())).isEqualTo(expected);
    assertThat(ran.code()).isZero();
  }

  private static Stream<Path> samples() throws IOException {
    return Files.list(SAMPLES)
        .filter(file -> file.toString().endsWith(".yaml") && !file.endsWith("fleet.yaml"))
        .sorted();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aSampleGivesTheObjectsOfTheOperator(Path sample) throws IOException {
    // Given
    var document =
        Files.readString(sample).replace("metadata:", "metadata:\n  namespace: team\n  uid: u");
    var environment = new KubernetesSerialization().unmarshal(document, GoDevEnvironment.class);
    var plan = Environments.plan(environment);
    var planned =
        plan.environment().isSuspended()
            ? plan.objects().stream()
            : Stream.concat(plan.objects().stream(), Stream.of(plan.pod()));

    // When
    var ran = Ran.godevWith(document, asInTests("-"));

    // Then
    assertThat(objects(ran.out()))
        .isEqualTo(
            planned
                .map(object -> YAML.convertValue(object, JsonNode.class))
                .collect(Collectors.toMap(RenderCommandTest::name, RenderCommandTest::stripped)));
    assertThat(ran.code()).isZero();
  }

  @Test
  void aFolderGivesTheObjectsOfEachEnvironment() {
    // When
    var ran = Ran.godev("render", "-n", "team", SAMPLES.toString());

    // Then
    assertThat(ran.err()).isEmpty();
    assertThat(objects(ran.out()))
        .containsKeys("Pod-hello", "Pod-low-port", "PersistentVolumeClaim-hello-cache")
        .allSatisfy(
            (name, object) ->
                assertThat(object.at("/metadata/namespace").asText()).isEqualTo("team"));
  }

  @Test
  void aViolationIsToldAndTheOthersAreRendered() throws IOException {
    // Given
    var file = folder.resolve("two.yaml");
    Files.writeString(
        file,
        """
        apiVersion: godev.io/v1alpha1
        kind: GoDevEnvironment
        metadata: {name: wrong}
        spec: {source: {sync: {}}, mode: Sleeping}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: of-somebody-else}
        ---
        apiVersion: godev.io/v1alpha1
        kind: GoDevEnvironment
        metadata: {name: right}
        spec: {source: {sync: {}}}
        """);

    // When
    var ran = Ran.godev("render", file.toString());

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).startsWith(file + ":4:28: spec.mode: ");
    assertThat(objects(ran.out())).containsKey("Pod-right").doesNotContainKey("Pod-wrong");
  }

  private String[] asInTests(String file, String... more) throws IOException {
    var authority = folder.resolve("authority");
    Files.writeString(authority, Environments.AUTHORITY);
    var defaults = Environments.DEFAULTS;
    return Stream.concat(
            Stream.of(
                "render",
                "--runtime-image=" + defaults.runtimeImage(),
                "--go-image=" + defaults.goImage(),
                "--report-url=" + defaults.reportUrl(),
                "--report-authority=" + authority,
                file),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private static Map<String, JsonNode> files(Path golden) throws IOException {
    try (var files = Files.list(golden)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("out-"))
          .map(RenderCommandTest::read)
          .collect(Collectors.toMap(RenderCommandTest::name, object -> object));
    }
  }

  private static Map<String, JsonNode> objects(String yaml) {
    try (var parser = YAML.createParser(yaml)) {
      Map<String, JsonNode> objects = new TreeMap<>();
      YAML.readValues(parser, JsonNode.class)
          .forEachRemaining(object -> objects.put(name(object), object));
      return objects;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode read(Path file) {
    try {
      return YAML.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode stripped(JsonNode object) {
    try {
      return YAML.readTree(YAML.writeValueAsString(object));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(JsonNode object) {
    return object.path("kind").asText() + "-" + object.at("/metadata/name").asText();
  }
}
