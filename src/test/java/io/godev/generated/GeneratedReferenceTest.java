package io.godev.generated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The reference pages are made from what they describe; {@code make generate} writes them. */
class GeneratedReferenceTest {
  private static final Path CRD = Path.of("deploy/crds/godevenvironments.godev.io-v1.yml");
  private static final Path REASONS = Path.of("src/main/java/io/godev/api/v1alpha1/Reason.java");
  private static final Path RUNTIME_REASONS = Path.of("runtime/internal/termination/reason.go");

  @Test
  void theFieldReferenceIsMadeFromTheDefinition() throws IOException {
    // Given
    var schema =
        new YAMLMapper().readTree(CRD.toFile()).at("/spec/versions/0/schema/openAPIV3Schema");
    var page =
        new StringBuilder(
            """
            # Fields of a GoDevEnvironment

            Made by `make generate` from the definition. *Change* says what an edit does to the pod: live (nothing),
            restart (it is replaced), fixed (refused).

            | field | type | description |
            |---|---|---|
            """);

    // When
    describe("spec", schema.at("/properties/spec"), page);
    describe("status", schema.at("/properties/status"), page);

    // Then
    isCommitted(Path.of("docs/reference/fields.md"), page.toString());
  }

  @Test
  void theReasonsAreMadeFromTheCode() throws IOException {
    // Given
    var page =
        new StringBuilder(
            """
            # Reasons

            Made by `make generate` from the code. A condition's message has the details and what to do.

            ## Found by the operator

            | reason | meaning |
            |---|---|
            """);

    // When
    table(page, Pattern.compile("/\\*\\* (.*?) \\*/\\s+(\\w+)", Pattern.DOTALL), REASONS, 2, 1);
    page.append("\n## Told by the runtime in the pod\n\n| reason | meaning |\n|---|---|\n");
    table(page, Pattern.compile("// (\\w+): (.*)\n\\s+\\1 Reason"), RUNTIME_REASONS, 1, 2);

    // Then
    isCommitted(Path.of("docs/reference/reasons.md"), page.toString());
  }

  private static void table(StringBuilder page, Pattern pattern, Path file, int name, int text)
      throws IOException {
    Map<String, String> rows = new TreeMap<>();
    var matcher = pattern.matcher(Files.readString(file));
    while (matcher.find()) {
      rows.put(matcher.group(name), matcher.group(text).replaceAll("\\s*\\n\\s*\\*?\\s*", " "));
    }
    assertThat(rows).hasSizeGreaterThan(15);
    rows.forEach((reason, meaning) -> page.append("| `%s` | %s |%n".formatted(reason, meaning)));
  }

  private static void describe(String path, JsonNode schema, StringBuilder page) {
    schema
        .path("properties")
        .properties()
        .forEach(
            field -> {
              var name = path + "." + field.getKey();
              var value = field.getValue();
              page.append(
                  "| `%s` | %s | %s |%n"
                      .formatted(
                          name,
                          type(value),
                          value.path("description").asText().replace("|", "\\|")));
              describe(name, value, page);
              describe(name + "[]", value.path("items"), page);
            });
  }

  private static String type(JsonNode schema) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return "integer or text";
    }
    if (schema.has("enum")) {
      var values = new StringBuilder();
      schema
          .path("enum")
          .forEach(value -> values.append(values.isEmpty() ? "" : ", ").append(value.asText()));
      return values.toString();
    }
    var bounds = new StringBuilder(schema.path("type").asText());
    bound(bounds, schema, "minimum", " ≥ ");
    bound(bounds, schema, "maximum", " ≤ ");
    bound(bounds, schema, "maxLength", ", at most characters: ");
    bound(bounds, schema, "maxItems", ", at most entries: ");
    bound(bounds, schema, "maxProperties", ", at most entries: ");
    return bounds.toString();
  }

  private static void bound(StringBuilder text, JsonNode schema, String name, String words) {
    if (schema.has(name)) {
      text.append(words)
          .append(schema.path(name).decimalValue().stripTrailingZeros().toPlainString());
    }
  }

  private static void isCommitted(Path file, String content) throws IOException {
    if (System.getProperty("generate") != null) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    }
    assertThat(file).describedAs("run \"make generate\" and commit the result").hasContent(content);
  }
}
