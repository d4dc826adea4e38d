package io.godev.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Values as rules see them. */
final class CelValues {
  // names that CEL keeps for itself are between double underscores in rules
  private static final Set<String> RESERVED =
      Set.of(
          "true",
          "false",
          "null",
          "in",
          "as",
          "break",
          "const",
          "continue",
          "else",
          "for",
          "function",
          "if",
          "import",
          "let",
          "loop",
          "package",
          "namespace",
          "return",
          "var",
          "void",
          "while");

  private CelValues() {}

  /** A value with its schema: of an object what the schema names, each name as rules write it. */
  static Object of(JsonNode value, JsonNode schema) {
    if (value.isObject()) {
      Map<String, Object> members = new LinkedHashMap<>();
      var isMap = schema.has("additionalProperties");
      for (var member : value.properties()) {
        var of = SchemaCheck.memberSchema(schema, member.getKey());
        if (of != null && !member.getValue().isNull()) {
          members.put(
              isMap ? member.getKey() : escaped(member.getKey()), of(member.getValue(), of));
        }
      }
      return members;
    }
    if (value.isArray()) {
      List<Object> entries = new ArrayList<>();
      value.forEach(entry -> entries.add(of(entry, schema.path("items"))));
      return entries;
    }
    return scalar(value);
  }

  private static Object scalar(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> value.asText();
      case BOOLEAN -> value.asBoolean();
      case NUMBER -> value.canConvertToExactIntegral() ? (Object) value.asLong() : value.asDouble();
      default -> dev.cel.common.values.NullValue.NULL_VALUE;
    };
  }

  // https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
  private static String escaped(String name) {
    if (RESERVED.contains(name)) {
      return "__" + name + "__";
    }
    return name.replace("__", "__underscores__")
        .replace(".", "__dot__")
        .replace("-", "__dash__")
        .replace("/", "__slash__");
  }
}
