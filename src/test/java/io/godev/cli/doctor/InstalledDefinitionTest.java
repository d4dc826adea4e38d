package io.godev.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.godev.cli.check.Definition;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class InstalledDefinitionTest {
  private final Sight sight = new Sight();

  /** The API server's document, with a definition that is changed. */
  static String document(Consumer<JsonNode> change) {
    var schema = Definition.schema();
    change.accept(schema);
    ((ObjectNode) schema)
        .putArray("x-kubernetes-group-version-kind")
        .addObject()
        .put("group", "godev.io")
        .put("kind", "GoDevEnvironment")
        .put("version", "v1alpha1");
    var document = JsonNodeFactory.instance.objectNode();
    var schemas = document.putObject("components").putObject("schemas");
    schemas
        .putObject("io.godev.v1alpha1.GoDevEnvironmentList")
        .putArray("x-kubernetes-group-version-kind")
        .addObject()
        .put("kind", "GoDevEnvironmentList");
    schemas.set("io.godev.v1alpha1.GoDevEnvironment", schema);
    return document.toString();
  }

  @Test
  void theDefinitionOfThisReleaseIsFine() {
    assertThat(judged(document(schema -> {})))
        .isEqualTo(Finding.ok("InstalledDefinition", "v1alpha1, of this release"));
  }

  @Test
  void anOlderOneLacksFields() {
    // When
    var finding =
        judged(
            document(
                schema -> {
                  fields(schema, "/properties/spec").remove("profiling");
                  fields(schema, "/properties/spec/properties/run/properties/ports/items")
                      .remove("expose");
                }));

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
    assertThat(finding.seen())
        .isEqualTo(
            "v1alpha1, but of an older release than this godev: it has no spec.profiling,"
                + " spec.profiling.port, spec.run.ports[].expose");
    assertThat(finding.remedy()).contains("kubectl apply --server-side -f install.yaml");
  }

  @Test
  void manyMissingFieldsAreCounted() {
    // When
    var finding =
        judged(document(schema -> fields(schema, "/properties/spec").remove("securityContext")));

    // Then
    assertThat(finding.seen()).containsPattern("spec.securityContext.* and \\d more");
  }

  @Test
  void aNewerOneAsksForANewerGodev() {
    // When
    var finding =
        judged(
            document(
                schema -> fields(schema, "/properties/spec").putObject("telemetry").put("a", 1)));

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
    assertThat(finding.seen()).endsWith("which does not know spec.telemetry");
    assertThat(finding.remedy()).isEqualTo("use the godev of the operator's release");
  }

  @Test
  void withoutOneTheOperatorIsToBeInstalled() {
    // When
    var finding = sight.of(new InstalledDefinition());

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(finding.remedy()).contains("install.yaml");
  }

  @Test
  void whatIsNoOpenApiIsNotKnown() {
    assertThat(judged("<html>").seen()).startsWith("not known: ");
    assertThat(judged("{}").seen()).startsWith("not known: ");
  }

  private Finding judged(String document) {
    sight.definition = new Answer.Known<>(document);
    return sight.of(new InstalledDefinition());
  }

  private static ObjectNode fields(JsonNode schema, String path) {
    return (ObjectNode) schema.at(path + "/properties");
  }
}
