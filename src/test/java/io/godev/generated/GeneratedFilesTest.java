package io.godev.generated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Committed files that are made from code are as the code makes them.
 *
 * <p>{@code make generate} runs this with {@code -Dgenerate}, which writes them.
 */
class GeneratedFilesTest {
  private static final String CRD = "godevenvironments.godev.io-v1.yml";
  private static final Path CRDS = Path.of("deploy/crds");

  @TempDir Path folder;

  @Test
  void theCommittedDefinitionsAreThoseOfTheCode() throws IOException {
    // When
    CustomResourceDefinitions.generateInto(folder);
    if (System.getProperty("generate") != null) {
      Files.createDirectories(CRDS);
      Files.writeString(CRDS.resolve(CRD), Files.readString(folder.resolve(CRD)));
    }

    // Then
    assertThat(CRDS.resolve(CRD))
        .describedAs("run \"make generate\" and commit the result")
        .hasSameTextualContentAs(folder.resolve(CRD));
  }

  @Test
  void everyFieldOfTheCommittedDefinitionsHasADescription() throws IOException {
    // Given
    var schema =
        new YAMLMapper()
            .readTree(CRDS.resolve(CRD).toFile())
            .at("/spec/versions/0/schema/openAPIV3Schema");

    // When
    List<String> bare = new ArrayList<>();
    collectUndescribed("", schema, bare);

    // Then
    assertThat(bare).isEmpty();
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
