package io.godev.matrix;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/** Values worth trying in a field, by what they are. */
final class Values {
  // 8080.0 is to be sent as it is written
  private static final JsonNodeFactory JSON = JsonNodeFactory.withExactBigDecimals(true);
  private static final ObjectMapper READER =
      JsonMapper.builder()
          .nodeFactory(JSON)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /** What no cluster gives, or what nobody answers to; the schema cannot know. */
  static final JsonNode UNSATISFIABLE =
      yaml(
          """
          spec.source.module.path: nowhere.invalid/nothing
          spec.source.module.version: "v999999.0.0"
          spec.source.claim.name: nobodys
          spec.go.version: "1.999"
          spec.go.image: "registry.invalid/none:1"
          "spec.go.flags[]": "-nosuchflag"
          "spec.go.modules.proxy[]": "https://nowhere.invalid"
          spec.go.modules.sumDatabase: nowhere.invalid
          spec.go.modules.credentials.name: nobodys
          spec.run.package: ./nowhere
          "spec.run.env[].valueFrom.secretKeyRef.name": nobodys
          "spec.run.env[].valueFrom.secretKeyRef.key": none
          "spec.run.env[].valueFrom.configMapKeyRef.name": nobodys
          "spec.run.env[].valueFrom.configMapKeyRef.key": none
          spec.run.readiness.httpGet.path: /nowhere
          spec.run.readiness.httpGet.port: 1
          spec.run.readiness.tcpSocket.port: 1
          spec.proxy.http: "http://nowhere.invalid:1"
          spec.proxy.https: "http://nowhere.invalid:1"
          spec.proxy.caBundle.name: nobodys
          spec.proxy.caBundle.key: none
          spec.resources.requests: {"cpu": "9999", "memory": "1Gi"}
          spec.resources: {"requests": {"cpu": "9999", "memory": "1Ei"}}
          spec.storage.workspace.size: "1Ei"
          spec.storage.workspace.storageClassName: nobodys
          spec.storage.cache.size: "1Ei"
          spec.storage.cache.storageClassName: nobodys
          """);

  private static final String NUMBERS =
      "0, -1, 1, 8080.0, 1.5, 65535, 65536, 2147483647, 2147483648, 4294967296, "
          + "9223372036854775807, 9223372036854775808, 1e3";

  private static final String AMOUNTS =
      "0, -1, +1, 1., .5, 1n, 1u, 1500m, 16777215, 16777216, 1e3, 1E3, 1e9, 1E, "
          + "1Ei, 9Ei, 99Ei, 1e100, 1e400, 1e-400, 1000000000.0000000000001, 1.5Gi, "
          + "0.1Gi, 1 Gi, 1gi, 1GiB, 1K, 1k, 1M, NaN, Infinity, 0x10, 1_000, "
          + "9223372036854775808, http, -, --, a--b";

  private static final String KEYS = ", , ., .., a/../b, /a, a//b, 世界, a b, -a, A.go, go.mod/a";

  private Values() {}

  /** The values by name; {@code base} is a valid one. */
  static Map<String, JsonNode> of(Field field, JsonNode base) {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    var schema = field.schema();
    values.put("null", JSON.nullNode());
    if (UNSATISFIABLE.has(field.path())) {
      values.put("unsatisfiable", UNSATISFIABLE.get(field.path()));
    }
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      for (var number : NUMBERS.split(", ")) {
        values.put(number, json(number));
      }
      for (var amount : AMOUNTS.split(", ")) {
        values.put("\"" + amount + "\"", JSON.textNode(amount));
      }
      values.put("thousand digits", JSON.textNode("1" + "0".repeat(999)));
      strings(schema, "1Gi", values);
      return values;
    }
    switch (schema.path("type").asText()) {
      case "string" -> {
        strings(schema, base.asText(), values);
        values.put("number", JSON.numberNode(1));
        schema.path("enum").forEach(one -> values.put(one.asText(), one));
      }
      case "integer" -> {
        values.put("min - 1", JSON.numberNode(schema.path("minimum").asLong() - 1));
        values.put("min", JSON.numberNode(schema.path("minimum").asLong()));
        values.put("max", JSON.numberNode(schema.path("maximum").asLong()));
        values.put("max + 1", JSON.numberNode(schema.path("maximum").asLong() + 1));
        for (var number : NUMBERS.split(", ")) {
          values.put(number, json(number));
        }
        values.put("text", JSON.textNode("1"));
      }
      case "boolean" -> {
        values.put("not", JSON.booleanNode(!base.asBoolean()));
        values.put("text", JSON.textNode("true"));
      }
      case "array" -> lists(schema, (ArrayNode) base, values);
      default -> objects(schema, (ObjectNode) base, values);
    }
    return values;
  }

  private static void strings(JsonNode schema, String valid, Map<String, JsonNode> values) {
    var longest = schema.path("maxLength").asInt(300);
    values.put("empty", JSON.textNode(""));
    values.put("one letter", JSON.textNode("a"));
    values.put("blank", JSON.textNode(" "));
    values.put("too long", JSON.textNode(valid + "a".repeat(longest + 1 - valid.length())));
    values.put("longest", JSON.textNode(valid + "a".repeat(longest - valid.length())));
    values.put("unicode", JSON.textNode(valid + "-ünï-世界-😀"));
    values.put("unicode alone", JSON.textNode("世界"));
    values.put("upper case", JSON.textNode(valid.toUpperCase()));
    values.put("line break", JSON.textNode(valid + "\nmore"));
    values.put("zero byte", JSON.textNode(valid + "\0more"));
    values.put("escape", JSON.textNode(valid + "\u001b[31m"));
    values.put("dots", JSON.textNode(".."));
    values.put("dots before", JSON.textNode(".." + valid));
    values.put("dots within", JSON.textNode(valid + "..a"));
    values.put("dashes within", JSON.textNode("a--b"));
    values.put("slash", JSON.textNode("/" + valid));
    values.put("option", JSON.textNode("-" + valid));
    values.put("reference", JSON.textNode("$(HOME)" + valid));
    values.put("colons", JSON.textNode(valid + ":a:b"));
  }

  private static void lists(JsonNode schema, ArrayNode base, Map<String, JsonNode> values) {
    var most = schema.path("maxItems").asInt(100);
    values.put("empty", JSON.arrayNode());
    values.put("of null", JSON.arrayNode().addNull());
    values.put("the same twice", JSON.arrayNode().add(base.get(0)).add(base.get(0)));
    values.put("as many as may be", many(base.get(0), most));
    values.put("one too many", many(base.get(0), most + 1));
    values.put("text", JSON.textNode("text"));
    values.put("object", JSON.objectNode());
  }

  private static ArrayNode many(JsonNode entry, int count) {
    var list = JSON.arrayNode();
    for (int i = 0; i < count; i++) {
      list.add(other(entry, i));
    }
    return list;
  }

  // another entry, as valid as the given one
  private static JsonNode other(JsonNode entry, int number) {
    if (entry.isTextual()) {
      return JSON.textNode(entry.asText() + number);
    }
    var copy = (ObjectNode) entry.deepCopy();
    copy.put("name", entry.get("name").asText() + number);
    if (copy.has("containerPort")) {
      copy.put("containerPort", entry.get("containerPort").asInt() + number);
    }
    return copy;
  }

  private static void objects(JsonNode schema, ObjectNode base, Map<String, JsonNode> values) {
    values.put("empty", JSON.objectNode());
    values.put("text", JSON.textNode("text"));
    values.put("list", JSON.arrayNode());
    if (!schema.has("additionalProperties")) {
      values.put("unknown member", base.deepCopy().put("unknown", "x"));
      return;
    }
    var most = schema.path("maxProperties").asInt(100);
    var some = base.properties().iterator().next().getValue();
    values.put("as many as may be", entries(base, some, most));
    values.put("one too many", entries(base, some, most + 1));
    for (var key : KEYS.split(", ")) {
      values.put("key \"" + key + "\"", with(base, key, some));
    }
    values.put("key of 253", with(base, "a/".repeat(126) + "a", some));
    values.put("key of 254", with(base, "a".repeat(254), some));
    values.put("key with a zero byte", with(base, "a\0b", some));
    values.put("a file that is a folder", with(with(base, "a", some), "a/b", some));
  }

  private static ObjectNode with(ObjectNode map, String key, JsonNode value) {
    return map.deepCopy().set(key, value);
  }

  private static ObjectNode entries(ObjectNode base, JsonNode value, int count) {
    var map = base.deepCopy();
    while (map.size() < count) {
      map.set("more" + map.size(), value);
    }
    return map;
  }

  private static JsonNode yaml(String text) {
    try {
      return new YAMLMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return READER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
