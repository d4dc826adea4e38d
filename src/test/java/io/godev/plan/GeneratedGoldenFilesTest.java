package io.godev.plan;

import static io.godev.plan.Environments.DEFAULTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.cluster.Platform;
import io.godev.resolve.Resolution;
import io.godev.resolve.Resolver;
import io.godev.resolve.profile.KnownProfiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A folder is a case: in-GoDevEnvironment.yaml gives exactly the objects in its out-… files. */
class GeneratedGoldenFilesTest {
  private static final Path CASES = Path.of("src/test/resources/golden");
  private static final String INPUT = "in-GoDevEnvironment.yaml";
  private static final String PROFILE = "in-GoDevProfile.yaml";
  private static final Path CRD = Path.of("deploy/crds/godevenvironments.godev.io-v1.yml");

  private static final YAMLMapper SORTED =
      YAMLMapper.builder()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .build();

  private static Stream<Path> cases() throws IOException {
    try (var folders = Files.list(CASES)) {
      return folders.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aCaseGivesItsObjects(Path folder) throws IOException {
    // Given
    var environment =
        new KubernetesSerialization()
            .unmarshal(Files.readString(folder.resolve(INPUT)), GoDevEnvironment.class);

    // When
    var resolution = resolver(folder).resolve(environment);

    // Then
    assertThat(resolution).isInstanceOf(Resolution.Resolved.class);
    var plan =
        new Planner(DEFAULTS, () -> Environments.AUTHORITY)
            .plan(((Resolution.Resolved) resolution).environment());
    Map<String, String> objects = new TreeMap<>();
    for (var object : Stream.concat(plan.objects().stream(), Stream.of(plan.pod())).toList()) {
      objects.put(
          "out-%s-%s.yaml".formatted(object.getKind(), object.getMetadata().getName()),
          yaml(object));
    }
    if (System.getProperty("generate") != null) {
      for (var old : committed(folder).keySet()) {
        Files.delete(folder.resolve(old));
      }
      for (var object : objects.entrySet()) {
        Files.writeString(folder.resolve(object.getKey()), object.getValue());
      }
    }
    // the whole map: a file that nothing makes fails as one that is missing does
    assertThat(committed(folder))
        .describedAs("%s: run \"make generate\" and read what changed", folder.getFileName())
        .isEqualTo(objects);
  }

  // with the profile of the case, where there is one
  private static Resolver resolver(Path folder) throws IOException {
    var file = folder.resolve(PROFILE);
    if (!Files.exists(file)) {
      return new Resolver(DEFAULTS);
    }
    var profile =
        new KubernetesSerialization().unmarshal(Files.readString(file), GoDevProfile.class);
    return new Resolver(
        DEFAULTS,
        () -> Platform.UNKNOWN,
        new KnownProfiles(List.of(profile), namespace -> Map.of("team", "checkout")));
  }

  @Test
  void everyFieldOfTheSpecIsInACase() throws IOException {
    // Given
    var schema =
        new YAMLMapper()
            .readTree(CRD.toFile())
            .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
    Set<String> fields = new TreeSet<>();
    fields("spec", schema, fields);

    // When
    Set<String> used = new TreeSet<>();
    for (var folder : cases().toList()) {
      var input = new YAMLMapper().readTree(folder.resolve(INPUT).toFile());
      used("spec", input.path("spec"), used);
    }

    // Then
    assertThat(used).containsAll(fields);
  }

  private static void fields(String path, JsonNode schema, Set<String> fields) {
    fields.add(path);
    schema
        .path("properties")
        .properties()
        .forEach(field -> fields(path + "." + field.getKey(), field.getValue(), fields));
    if (schema.has("items")) {
      fields(path, schema.path("items"), fields);
    }
  }

  private static void used(String path, JsonNode value, Set<String> used) {
    used.add(path);
    value.properties().forEach(field -> used(path + "." + field.getKey(), field.getValue(), used));
    if (value.isArray()) {
      value.forEach(element -> used(path, element, used));
    }
  }

  private static Map<String, String> committed(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> !Set.of(INPUT, PROFILE).contains(file.getFileName().toString()))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString(),
                  GeneratedGoldenFilesTest::read,
                  (one, other) -> one,
                  TreeMap::new));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String yaml(HasMetadata object) throws JsonProcessingException {
    // through a tree, because the model's own property order would win over the alphabet
    var tree = SORTED.convertValue(object, JsonNode.class);
    return SORTED.writeValueAsString(SORTED.treeToValue(tree, Object.class));
  }
}
