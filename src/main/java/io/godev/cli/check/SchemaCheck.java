package io.godev.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.godev.cli.check.Problem.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A value against a structural schema, as the API server does it. See <a
 * href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema">Specifying
 * a structural schema</a>.
 */
final class SchemaCheck {
  private final List<Problem> problems = new ArrayList<>();

  /** Everything wrong with the value. */
  static List<Problem> of(String path, JsonNode value, JsonNode schema) {
    var check = new SchemaCheck();
    check.value(path, value, schema);
    return check.problems;
  }

  private void value(String path, JsonNode value, JsonNode schema) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      if (!value.isTextual() && !isInteger(value)) {
        wrongType(path, value, "an integer or text");
      }
      return;
    }
    switch (schema.path("type").asText()) {
      case "object" -> object(path, value, schema);
      case "array" -> array(path, value, schema);
      case "string" -> string(path, value, schema);
      case "integer" -> number(path, value, schema, isInteger(value), "an integer");
      case "number" -> number(path, value, schema, value.isNumber(), "a number");
      case "boolean" -> {
        if (!value.isBoolean()) {
          wrongType(path, value, "true or false");
        }
      }
      default -> throw new IllegalStateException("no type of a structural schema at " + path);
    }
  }

  private void object(String path, JsonNode value, JsonNode schema) {
    if (!(value instanceof ObjectNode object)) {
      wrongType(path, value, "a mapping");
      return;
    }
    for (var required : schema.path("required")) {
      // the API server takes null for absent
      if (!object.hasNonNull(required.asText())) {
        add(
            Kind.Required,
            Positions.member(path, required.asText()),
            "is missing",
            "add it: "
                + purpose(schema.path("properties").path(required.asText()), required.asText()));
      }
    }
    most(path, object.size(), schema, "maxProperties");
    for (var member : object.properties()) {
      var place = Positions.member(path, member.getKey());
      var of = memberSchema(schema, member.getKey());
      if (of == null) {
        unknown(path, place, member.getKey(), schema);
      } else if (!member.getValue().isNull()) {
        value(place, member.getValue(), of);
      }
    }
  }

  /** The schema of a member, or null. */
  static JsonNode memberSchema(JsonNode schema, String name) {
    return schema.path("properties").has(name)
        ? schema.path("properties").get(name)
        : schema.get("additionalProperties");
  }

  private void unknown(String path, String place, String name, JsonNode schema) {
    var names = names(schema.path("properties"));
    add(
        Kind.UnknownField,
        place,
        "there is no such field",
        Suggestion.of(name, names)
            .map(meant -> "did you mean " + meant + "?")
            .orElse(
                names.isEmpty()
                    ? "remove it: " + path + " has no fields"
                    : "remove it: " + path + " has " + String.join(", ", names)));
  }

  private void array(String path, JsonNode value, JsonNode schema) {
    if (!value.isArray()) {
      wrongType(path, value, "a list");
      return;
    }
    most(path, value.size(), schema, "maxItems");
    if (value.size() < schema.path("minItems").asInt()) {
      add(
          Kind.Invalid,
          path,
          "has too few entries",
          "add at least " + schema.path("minItems").asInt() + ", or remove the field");
    }
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < value.size(); i++) {
      var place = path + "[" + i + "]";
      value(place, value.get(i), schema.path("items"));
      if (schema.path("x-kubernetes-list-type").asText().equals("map")
          && value.get(i).isObject()
          && !seen.add(keys(value.get(i), schema))) {
        add(
            Kind.Duplicate,
            place,
            "has the same " + join(schema.path("x-kubernetes-list-map-keys")) + " as another entry",
            "remove one of them");
      }
    }
  }

  private static List<JsonNode> keys(JsonNode entry, JsonNode schema) {
    List<JsonNode> keys = new ArrayList<>();
    schema.path("x-kubernetes-list-map-keys").forEach(key -> keys.add(entry.path(key.asText())));
    return keys;
  }

  private void string(String path, JsonNode value, JsonNode schema) {
    if (!value.isTextual()) {
      wrongType(path, value, "text");
      return;
    }
    var length = value.asText().codePointCount(0, value.asText().length());
    var longest = schema.path("maxLength").asInt(Integer.MAX_VALUE);
    if (length > longest) {
      add(Kind.TooLong, path, "has " + length + " characters", "write at most " + longest);
    }
    if (length < schema.path("minLength").asInt()) {
      add(
          Kind.Invalid,
          path,
          length == 0 ? "is empty" : "has " + length + " characters",
          "write at least " + schema.path("minLength").asInt() + ", or remove the field");
    }
    var values = schema.path("enum");
    if (schema.has("enum")
        && StreamSupport.stream(values.spliterator(), false).noneMatch(value::equals)) {
      add(Kind.NotSupported, path, value.asText() + " is no value of it", "write " + join(values));
    }
  }

  private void number(String path, JsonNode value, JsonNode schema, boolean fits, String expected) {
    if (!fits) {
      wrongType(path, value, expected);
      return;
    }
    var number = value.decimalValue();
    if (schema.has("minimum") && number.compareTo(schema.get("minimum").decimalValue()) < 0
        || schema.has("maximum") && number.compareTo(schema.get("maximum").decimalValue()) > 0) {
      add(Kind.Invalid, path, "is " + plain(number), "write a number " + range(schema));
    }
  }

  private static String range(JsonNode schema) {
    var from = schema.path("minimum");
    var to = schema.path("maximum");
    if (to.isMissingNode()) {
      return "of at least " + plain(from.decimalValue());
    }
    return from.isMissingNode()
        ? "of at most " + plain(to.decimalValue())
        : "from " + plain(from.decimalValue()) + " to " + plain(to.decimalValue());
  }

  private void most(String path, int size, JsonNode schema, String bound) {
    if (schema.has(bound) && size > schema.get(bound).asInt()) {
      add(
          Kind.TooMany,
          path,
          "has " + size + " entries",
          "write at most " + schema.get(bound).asInt());
    }
  }

  private void wrongType(String path, JsonNode value, String expected) {
    var seen =
        switch (value.getNodeType()) {
          case OBJECT -> "a mapping";
          case ARRAY -> "a list";
          case STRING -> "text";
          case BOOLEAN -> "true or false";
          case NUMBER -> "the number " + value.asText();
          default -> "nothing";
        };
    // off, no and 1.26 are no text in YAML unless they are quoted
    var quotes = expected.equals("text") && (value.isBoolean() || value.isNumber());
    add(
        Kind.TypeInvalid,
        path,
        "is " + seen,
        "write "
            + expected
            + (quotes ? ", in quotes, because YAML takes it for something else" : ""));
  }

  private void add(Kind kind, String field, String message, String remedy) {
    problems.add(new Problem(kind, field, message, remedy));
  }

  private static boolean isInteger(JsonNode value) {
    return value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
  }

  private static String plain(BigDecimal number) {
    return number.stripTrailingZeros().toPlainString();
  }

  private static String purpose(JsonNode schema, String name) {
    var text = schema.path("description").asText(name);
    return text.replaceFirst("[.]( .*)?$", "");
  }

  private static String join(JsonNode values) {
    return StreamSupport.stream(values.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.joining(" or "));
  }

  private static Collection<String> names(JsonNode properties) {
    Set<String> names = new LinkedHashSet<>();
    properties.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
