package io.godev.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A document of YAML as the JSON that kubectl makes of it, with the place of each field. */
final class YamlTree {
  private static final JsonNodeFactory JSON = JsonNodeFactory.withExactBigDecimals(true);
  // an alias to a node that holds itself would never end
  private static final int DEEPEST = 100;

  private final Positions positions = new Positions();
  private final List<String> twice = new ArrayList<>();
  private final JsonNode tree;

  YamlTree(Node root) {
    tree = convert(root, "", 0);
  }

  JsonNode tree() {
    return tree;
  }

  Positions positions() {
    return positions;
  }

  /** Paths of fields that are there more than once. */
  List<String> twice() {
    return twice;
  }

  private JsonNode convert(Node node, String path, int depth) {
    if (depth > DEEPEST) {
      throw new Unreadable("is deeper than " + DEEPEST + " levels at " + path);
    }
    if (path.isEmpty()) {
      mark(path, node);
    }
    if (node instanceof MappingNode mapping) {
      var object = JSON.objectNode();
      fill(object, mapping, path, depth, new HashSet<>());
      return object;
    }
    if (node instanceof SequenceNode sequence) {
      var array = JSON.arrayNode();
      for (var item : sequence.getValue()) {
        var place = path + "[" + array.size() + "]";
        mark(place, item);
        array.add(convert(item, place, depth + 1));
      }
      return array;
    }
    return scalar((ScalarNode) node, path);
  }

  private void fill(
      ObjectNode object, MappingNode mapping, String path, int depth, Set<String> own) {
    List<NodeTuple> merged = new ArrayList<>();
    for (var entry : mapping.getValue()) {
      if (entry.getKeyNode().getTag().equals(Tag.MERGE)) {
        merged.add(entry);
        continue;
      }
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        throw new Unreadable("has a name that is no text at " + path);
      }
      var place = Positions.member(path, key.getValue());
      if (!own.add(key.getValue())) {
        twice.add(place);
      }
      mark(place, key);
      object.set(key.getValue(), convert(entry.getValueNode(), place, depth + 1));
    }
    for (var entry : merged) {
      merge(object, entry.getValueNode(), path, depth);
    }
  }

  private void merge(ObjectNode object, Node value, String path, int depth) {
    if (value instanceof SequenceNode several) {
      several.getValue().forEach(one -> merge(object, one, path, depth));
      return;
    }
    if (convert(value, path, depth + 1) instanceof ObjectNode defaults) {
      defaults
          .properties()
          .forEach(
              member -> {
                if (!object.has(member.getKey())) {
                  object.set(member.getKey(), member.getValue());
                }
              });
      return;
    }
    throw new Unreadable("merges what is no mapping at " + path);
  }

  private void mark(String path, Node node) {
    var start = node.getStartMark();
    positions.put(path, start.getLine() + 1, start.getColumn() + 1);
  }

  private static JsonNode scalar(ScalarNode node, String path) {
    var text = node.getValue();
    try {
      if (node.getTag().equals(Tag.BOOL)) {
        return JSON.booleanNode(YamlScalars.isTrue(text));
      }
      if (node.getTag().equals(Tag.NULL)) {
        return JSON.nullNode();
      }
      if (node.getTag().equals(Tag.INT)) {
        return integer(text.replace("_", ""));
      }
      if (node.getTag().equals(Tag.FLOAT)) {
        // what JSON has no word for stays text, and is refused as such
        return text.matches(".*[nN].*") ? JSON.textNode(text) : number(new BigDecimal(text));
      }
      return JSON.textNode(text);
    } catch (NumberFormatException e) {
      throw new Unreadable("has a number that cannot be read at " + path + ": " + text);
    }
  }

  // 8080.0 is written 8080 when it is sent
  private static JsonNode number(BigDecimal value) {
    var isLong =
        value.signum() == 0
            || value.stripTrailingZeros().scale() <= 0 && value.precision() - value.scale() < 19;
    return isLong ? JSON.numberNode(value.longValueExact()) : JSON.numberNode(value);
  }

  private static JsonNode integer(String text) {
    var negative = text.startsWith("-");
    var digits = text.replaceFirst("^[-+]", "");
    var radix =
        digits.startsWith("0x")
            ? 16
            : digits.startsWith("0b") ? 2 : digits.length() > 1 && digits.startsWith("0") ? 8 : 10;
    var value = new BigInteger(digits.replaceFirst("^0[xbo]", ""), radix);
    var signed = negative ? value.negate() : value;
    return signed.bitLength() < Long.SIZE
        ? JSON.numberNode(signed.longValueExact())
        : JSON.numberNode(signed);
  }
}
