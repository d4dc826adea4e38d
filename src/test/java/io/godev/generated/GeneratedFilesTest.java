package io.godev.generated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Committed files that are made from code are as the code makes them.
 *
 * <p>{@code make generate} runs this with {@code -Dgenerate}, which writes them.
 */
class GeneratedFilesTest {
  private static final Path CRDS = Path.of("deploy/crds");

  @TempDir Path folder;

  private static Stream<String> definitions() {
    return CustomResourceDefinitions.KINDS.stream().map(CustomResourceDefinitions.Kind::file);
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void theCommittedDefinitionsAreThoseOfTheCode(String crd) throws IOException {
    // When
    CustomResourceDefinitions.generateInto(folder);
    if (System.getProperty("generate") != null) {
      Files.createDirectories(CRDS);
      Files.writeString(CRDS.resolve(crd), Files.readString(folder.resolve(crd)));
    }

    // Then
    assertThat(CRDS.resolve(crd))
        .describedAs("run \"make generate\" and commit the result")
        .hasSameTextualContentAs(folder.resolve(crd));
  }

  @Test
  void aTemplateCanBeCorrectedWhereAnEnvironmentCannot() throws IOException {
    // When
    CustomResourceDefinitions.generateInto(folder);

    // Then: of rules that compare with what was there before
    var environments = Files.readString(folder.resolve("godevenvironments.godev.io-v1.yml"));
    var fleets = Files.readString(folder.resolve("godevfleets.godev.io-v1.yml"));
    assertThat(environments).contains("oldSelf");
    assertThat(fleets).doesNotContain("oldSelf");
  }

  @Test
  void aRuleOfATemplateNamesItsFieldThere() throws IOException {
    // When
    CustomResourceDefinitions.generateInto(folder);

    // Then
    var schema =
        new YAMLMapper()
            .readTree(folder.resolve("godevfleets.godev.io-v1.yml").toFile())
            .at("/spec/versions/0/schema/openAPIV3Schema");
    var messages =
        schema.at("/properties/spec/properties/template/properties/spec").findValues("message");
    assertThat(messages).hasSizeGreaterThan(30);
    assertThat(messages)
        .extracting(JsonNode::asText)
        .allMatch(message -> message.startsWith("spec.template.spec."));
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void everyFieldOfTheCommittedDefinitionsHasADescription(String crd) throws IOException {
    // Given
    var schema =
        new YAMLMapper()
            .readTree(CRDS.resolve(crd).toFile())
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
