package io.godev.cli.debug;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The {@code launch.json} of Visual Studio Code with one more configuration.
 *
 * <p>That file is JSON with comments (https://code.visualstudio.com/docs/languages/json), which a
 * JSON library would lose: a file that has some is left alone.
 */
final class LaunchJson {
  // what it would pass over in silence would be lost in the file
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private LaunchJson() {}

  /** The configuration that the operator made, for a debugger at another local port. */
  static ObjectNode configuration(String json, int port) {
    try {
      var configuration = (ObjectNode) MAPPER.readTree(json);
      configuration.put("port", port);
      return configuration;
    } catch (JsonProcessingException | ClassCastException e) {
      throw new IllegalArgumentException("no JSON object: " + json, e);
    }
  }

  /** A file with that configuration alone. */
  static String of(ObjectNode configuration) {
    var file = JsonNodeFactory.instance.objectNode();
    file.put("version", "0.2.0");
    file.putArray("configurations").add(configuration);
    return text(file);
  }

  /**
   * A file with all that it had, and the configuration in place of the one of the same name.
   *
   * @return empty if the file is no plain JSON of the expected form, such as one with comments
   */
  static Optional<String> merged(String file, ObjectNode configuration) {
    try {
      return MAPPER.readTree(file) instanceof ObjectNode root
          ? merged(root, configuration)
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> merged(ObjectNode root, ObjectNode configuration) {
    if (root.isEmpty()) {
      return Optional.of(of(configuration));
    }
    if (!root.has("configurations")) {
      root.putArray("configurations");
    }
    if (!(root.get("configurations") instanceof ArrayNode configurations)) {
      return Optional.empty();
    }
    var place = place(configurations, configuration.path("name").asText());
    if (place < 0) {
      configurations.add(configuration);
    } else {
      configurations.set(place, configuration);
    }
    return Optional.of(text(root));
  }

  private static int place(ArrayNode configurations, String name) {
    for (var i = 0; i < configurations.size(); i++) {
      if (configurations.get(i).path("name").asText().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** As an editor would lay it out. */
  static String text(JsonNode node) {
    var indenter = new DefaultIndenter("  ", "\n");
    var printer =
        new DefaultPrettyPrinter()
            .withObjectIndenter(indenter)
            .withArrayIndenter(indenter)
            .withSeparators(
                Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
    try {
      return MAPPER.writer(printer).writeValueAsString(node) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree always serialises", e);
    }
  }
}
