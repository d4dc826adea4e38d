package io.godev.generated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.godev.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference pages are made from what they describe; {@code make generate} writes them. */
class GeneratedReferenceTest {
  private static final Path CRDS = Path.of("deploy/crds");
  private static final Path PAGES = Path.of("docs/reference");
  private static final Path REASONS = Path.of("src/main/java/io/godev/api/v1alpha1/Reason.java");
  private static final Path CONFIG = Path.of("src/main/java/io/godev/operator/OperatorConfig.java");
  private static final Path RUNTIME_REASONS = Path.of("runtime/internal/termination/reason.go");

  /** The pages about fields, by the kind that they describe. */
  private static final Map<String, String> FIELDS =
      Map.of(
          "GoDevEnvironment",
          "fields.md",
          "GoDevFleet",
          "fleet-fields.md",
          "GoDevProfile",
          "profile-fields.md");

  /** What a GoDevEnvironment has too, and its page describes. */
  private static final Pattern EMBEDDED =
      Pattern.compile("spec[.](template[.]spec|defaults[.]\\w+)");

  private static Stream<CustomResourceDefinitions.Kind> kinds() {
    return CustomResourceDefinitions.KINDS.stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theFieldReferenceIsMadeFromTheDefinition(CustomResourceDefinitions.Kind kind)
      throws IOException {
    // Given
    var crd = new YAMLMapper().readTree(CRDS.resolve(kind.file()).toFile());
    var schema = crd.at("/spec/versions/0/schema/openAPIV3Schema");
    var name = crd.at("/spec/names/kind").asText();
    var page =
        new StringBuilder(
            """
            # Fields of a %s

            Made by `make generate` from the definition. *Change* says what an edit does to the pod: live (nothing),
            restart (it is replaced), fixed (refused).

            | field | type | bounds | description |
            |---|---|---|---|
            """
                .formatted(name));

    // When
    describe("spec", schema.at("/properties/spec"), page);
    describe("status", schema.at("/properties/status"), page);
    page.append("\n## Rules\n\nWhat the API server refuses beyond the bounds, in its words.\n\n");
    // rules, but not the schema of a field that is called message
    new TreeSet<>(
            schema.findValues("x-kubernetes-validations").stream()
                .flatMap(rules -> rules.findValuesAsText("message").stream())
                .filter(message -> !EMBEDDED.matcher(message).lookingAt())
                .toList())
        .forEach(message -> page.append("- ").append(escaped(message)).append('\n'));

    // Then
    Committed.is(PAGES.resolve(FIELDS.get(name)), page.toString());
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
    var operators =
        table(page, Pattern.compile("/\\*\\* (.*?) \\*/\\s+(\\w+)", Pattern.DOTALL), REASONS, 2, 1);
    page.append("\n## Told by the runtime in the pod\n\n| reason | meaning |\n|---|---|\n");
    var runtimes =
        table(page, Pattern.compile("// (\\w+): (.*)\n\\s+\\1 Reason"), RUNTIME_REASONS, 1, 2);

    // Then
    assertThat(operators)
        .containsExactlyInAnyOrderElementsOf(Stream.of(Reason.values()).map(Reason::name).toList());
    assertThat(runtimes)
        .containsExactlyInAnyOrderElementsOf(
            Pattern.compile(" Reason = \"(\\w+)\"")
                .matcher(Files.readString(RUNTIME_REASONS))
                .results()
                .map(match -> match.group(1))
                .toList());
    Committed.is(Path.of("docs/reference/reasons.md"), page.toString());
  }

  @Test
  void theConfigurationIsMadeFromTheCode() throws IOException {
    // Given
    var page =
        new StringBuilder(
            """
            # Configuration of the operator

            Made by `make generate` from the code. Environment variables of the operator's Deployment; a value that cannot
            be used ends the start with a message that names it. Everything else that Quarkus can be told
            (`QUARKUS_LOG_LEVEL`, `QUARKUS_HTTP_PORT`) works too.

            | variable | default | meaning |
            |---|---|---|
            """);
    var setting =
        Pattern.compile(
            "/\\*\\*(?<text>(?:(?!\\*/).)*)\\*/\\s+(?:@WithDefault\\(\"(?<value>.*?)\"\\)\\s+)?(?:@WithConverter\\(.*?\\)\\s+)?[\\w<>]+ (?<name>\\w+)\\(\\);",
            Pattern.DOTALL);

    // When
    var names = new TreeSet<String>();
    var matcher = setting.matcher(Files.readString(CONFIG));
    while (matcher.find()) {
      names.add(matcher.group("name"));
      page.append(
          "| `GODEV_%s` | %s | %s |\n"
              .formatted(
                  matcher.group("name").replaceAll("(?=[A-Z])", "_").toUpperCase(Locale.ROOT),
                  matcher.group("value") == null ? "" : "`" + matcher.group("value") + "`",
                  escaped(
                      matcher
                          .group("text")
                          .replaceAll("\\s*\\n\\s*\\*?\\s*", " ")
                          .replaceAll("\\{@code (.*?)}", "`$1`")
                          .strip())));
    }

    // Then
    assertThat(names)
        .containsExactlyInAnyOrderElementsOf(
            Pattern.compile("^  [\\w<>]+ (\\w+)\\(\\);", Pattern.MULTILINE)
                .matcher(Files.readString(CONFIG))
                .results()
                .map(match -> match.group(1))
                .toList());
    Committed.is(Path.of("docs/reference/configuration.md"), page.toString());
  }

  private static Set<String> table(
      StringBuilder page, Pattern pattern, Path file, int name, int text) throws IOException {
    Map<String, String> rows = new TreeMap<>();
    var matcher = pattern.matcher(Files.readString(file));
    while (matcher.find()) {
      rows.put(matcher.group(name), matcher.group(text).replaceAll("\\s*\\n\\s*\\*?\\s*", " "));
    }
    rows.forEach(
        (reason, meaning) -> page.append("| `%s` | %s |\n".formatted(reason, escaped(meaning))));
    return rows.keySet();
  }

  private static void describe(String path, JsonNode schema, StringBuilder page) {
    var required = schema.path("required").toString();
    schema
        .path("properties")
        .properties()
        .forEach(
            field -> {
              var name = path + "." + field.getKey();
              var value = field.getValue();
              var must = required.contains('"' + field.getKey() + '"') ? "required" : "";
              page.append(
                  "| `%s` | %s | %s | %s |\n"
                      .formatted(
                          name,
                          type(value),
                          bounds(must, value),
                          escaped(value.path("description").asText())));
              if (EMBEDDED.matcher(name).matches()) {
                return;
              }
              describe(name, value, page);
              describe(name + "[]", value.path("items"), page);
            });
  }

  private static String type(JsonNode schema) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return "integer or string";
    }
    if (schema.has("enum")) {
      return values(schema);
    }
    return switch (schema.path("type").asText()) {
      case "array" -> "list of " + type(schema.path("items"));
      case "object" ->
          schema.has("additionalProperties")
              ? "map to " + type(schema.path("additionalProperties"))
              : "object";
      default -> schema.path("type").asText();
    };
  }

  private static String values(JsonNode schema) {
    return StreamSupport.stream(schema.path("enum").spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.joining(", "));
  }

  private static String bounds(String must, JsonNode schema) {
    var each = schema.has("items") ? schema.path("items") : schema.path("additionalProperties");
    return Stream.of(
            must,
            range("", schema, "minimum", "maximum"),
            range(" characters", schema, "minLength", "maxLength"),
            range(" entries", schema, "minItems", "maxItems"),
            range(" entries", schema, "minProperties", "maxProperties"),
            range(" characters each", each, "minLength", "maxLength"))
        .filter(bound -> !bound.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private static String range(String unit, JsonNode schema, String least, String most) {
    var low = number(schema, least);
    var high = number(schema, most);
    if (low.isEmpty() && high.isEmpty()) {
      return "";
    }
    return (low.isEmpty() ? "up to " + high : high.isEmpty() ? "from " + low : low + " to " + high)
        + unit;
  }

  private static String number(JsonNode schema, String name) {
    return schema.has(name)
        ? schema.path(name).decimalValue().stripTrailingZeros().toPlainString()
        : "";
  }

  // a page is Markdown: a bar would end the cell, and <version> would be a tag
  private static String escaped(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*");
  }
}
