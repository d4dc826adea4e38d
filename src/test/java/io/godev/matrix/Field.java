package io.godev.matrix;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A place of the spec in the CRD's schema.
 *
 * @param path such as {@code spec.run.env[].name}; {@code []} is any entry of a list, {@code {}}
 *     any value of a map
 * @param schema what the CRD says of it
 */
public record Field(String path, JsonNode schema) {
  private static final File CRD = new File("deploy/crds/godevenvironments.godev.io-v1.yml");

  /** Every place of the spec, in the order of the schema. */
  public static List<Field> all() {
    try {
      var spec =
          new YAMLMapper()
              .readTree(CRD)
              .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
      List<Field> fields = new ArrayList<>();
      collect("spec", spec, fields);
      // what a profile does is its own matter, and without one of the name nothing else is seen
      fields.removeIf(field -> field.path().equals("spec.profile"));
      return fields;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void collect(String path, JsonNode schema, List<Field> fields) {
    fields.add(new Field(path, schema));
    schema
        .path("properties")
        .properties()
        .forEach(member -> collect(path + "." + member.getKey(), member.getValue(), fields));
    if (schema.has("items")) {
      collect(path + "[]", schema.get("items"), fields);
    }
    if (schema.has("additionalProperties")) {
      collect(path + "{}", schema.get("additionalProperties"), fields);
    }
  }

  /** Where an environment has it first. */
  public Optional<JsonPointer> in(JsonNode environment) {
    return find(environment, path.replace("[]", ".[]").replace("{}", ".{}").split("\\."), 0);
  }

  private static Optional<JsonPointer> find(JsonNode node, String[] steps, int next) {
    if (next == steps.length) {
      return Optional.of(JsonPointer.empty());
    }
    return switch (steps[next]) {
      case "[]" -> entry(node, steps, next);
      case "{}" ->
          node.properties().stream()
              .findFirst()
              .flatMap(
                  first ->
                      find(first.getValue(), steps, next + 1)
                          .map(
                              rest ->
                                  JsonPointer.empty().appendProperty(first.getKey()).append(rest)));
      default ->
          node.has(steps[next])
              ? find(node.get(steps[next]), steps, next + 1)
                  .map(rest -> JsonPointer.empty().appendProperty(steps[next]).append(rest))
              : Optional.empty();
    };
  }

  private static Optional<JsonPointer> entry(JsonNode list, String[] steps, int next) {
    for (int i = 0; i < list.size(); i++) {
      var rest = find(list.get(i), steps, next + 1);
      if (rest.isPresent()) {
        return Optional.of(JsonPointer.empty().appendIndex(i).append(rest.get()));
      }
    }
    return Optional.empty();
  }

  /** The path without marks for lists and maps. */
  public String plainPath() {
    return path.replace("[]", "").replace("{}", "");
  }

  /** Whether a message is about this field: it has its path, or its holder's and its name. */
  public boolean isNamedIn(String message) {
    var plain = message.replaceAll("\\[[0-9]+]", "");
    var dot = plainPath().lastIndexOf('.');
    return plain.contains(plainPath())
        || dot > 0
            && plain.contains(plainPath().substring(0, dot))
            && plain.contains(plainPath().substring(dot + 1));
  }

  @Override
  public String toString() {
    return path;
  }
}
