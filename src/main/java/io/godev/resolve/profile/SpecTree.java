package io.godev.resolve.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import java.util.Set;

/** A spec as a tree of fields, in which a field is found by its path. */
final class SpecTree {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ObjectNode root;

  private SpecTree(ObjectNode root) {
    this.root = root;
  }

  static SpecTree of(GoDevEnvironmentSpec spec) {
    return new SpecTree(tree(spec));
  }

  static ObjectNode tree(Object part) {
    return JSON.valueToTree(part);
  }

  /** Whether the field has a value. */
  boolean has(String field) {
    return !at(field).isMissingNode();
  }

  /** Sets the field; of its parents only entries of lists have to be there. */
  void set(String field, Object value) {
    var cut = field.lastIndexOf('.');
    root.withObject(pointer(field.substring(0, cut)))
        .set(field.substring(cut + 1), JSON.valueToTree(value));
  }

  /** Gives every field that is not there the value it has in the other tree. */
  void fillFrom(ObjectNode defaults) {
    Joining.join(root, defaults, "spec");
  }

  void remove(String field) {
    var cut = field.lastIndexOf('.');
    if (at(field.substring(0, cut)) instanceof ObjectNode parent) {
      parent.remove(field.substring(cut + 1));
    }
  }

  GoDevEnvironmentSpec spec() {
    try {
      return JSON.treeToValue(root, GoDevEnvironmentSpec.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was a spec before is one", e);
    }
  }

  // spec.run.ports[0].expose: members by name, entries by number
  private static String pointer(String field) {
    return field.substring("spec".length()).replace('.', '/').replace("[", "/").replace("]", "");
  }

  private JsonNode at(String field) {
    return root.at(pointer(field));
  }

  /** How what an environment leaves out is taken from elsewhere. */
  private static final class Joining {
    // one of several kinds, or a name that belongs to a key
    private static final Set<String> ONE_THING =
        Set.of("spec.run.readiness", "spec.proxy.caBundle", "spec.expiry");

    static void join(ObjectNode target, ObjectNode defaults, String path) {
      defaults
          .properties()
          .forEach(
              field ->
                  target.set(
                      field.getKey(),
                      joined(
                          target.get(field.getKey()),
                          field.getValue(),
                          path + "." + field.getKey())));
    }

    private static JsonNode joined(JsonNode written, JsonNode other, String path) {
      if (written == null) {
        return other;
      }
      if (written instanceof ArrayNode entries
          && other instanceof ArrayNode more
          && (path.equals("spec.go.env") || path.equals("spec.run.env"))) {
        return byName(entries, more);
      }
      if (written instanceof ObjectNode members
          && other instanceof ObjectNode more
          && !isOneThing(path)) {
        join(members, more, path);
      }
      return written;
    }

    private static boolean isOneThing(String path) {
      return ONE_THING.contains(path);
    }

    private static ArrayNode byName(ArrayNode written, ArrayNode defaults) {
      var names = written.findValuesAsText("name");
      var all = written.arrayNode();
      defaults.forEach(
          entry -> {
            if (!names.contains(entry.path("name").asText())) {
              all.add(entry);
            }
          });
      return all.addAll(written);
    }
  }
}
