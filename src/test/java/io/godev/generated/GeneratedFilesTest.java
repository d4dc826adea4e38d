package io.godev.generated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Committed files that are made from code are as the code makes them.
 *
 * <p>{@code make generate} runs this with {@code -Dgenerate}, which writes them.
 */
class GeneratedFilesTest {
  private static final Path CRDS = Path.of("deploy/crds");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"godevenvironments", "godevprofiles"})
  void theCommittedDefinitionsAreThoseOfTheCode(String plural) throws IOException {
    // When
    CustomResourceDefinitions.generateInto(folder);

    // Then
    Committed.is(file(plural), Files.readString(folder.resolve(file(plural).getFileName())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"godevenvironments", "godevprofiles"})
  void everyFieldOfTheCommittedDefinitionsHasADescription(String plural) throws IOException {
    // Given
    var schema =
        new YAMLMapper()
            .readTree(file(plural).toFile())
            .at("/spec/versions/0/schema/openAPIV3Schema");

    // When
    List<String> bare = new ArrayList<>();
    collectUndescribed("", schema, bare);

    // Then
    assertThat(bare).isEmpty();
  }

  private static Path file(String plural) {
    return CRDS.resolve(plural + ".godev.io-v1.yml");
  }

  private static void collectUndescribed(String path, JsonNode schema, List<String> bare) {
    schema
        .path("properties")
        .properties()
        .forEach(
            field -> {
              var name = path + "." + field.getKey();
              if (!field.getValue().hasNonNull("description") && !name.equals(".metadata")) {
                bare.add(name);
              }
              collectUndescribed(name, field.getValue(), bare);
              collectUndescribed(name, field.getValue().path("items"), bare);
            });
  }
}
