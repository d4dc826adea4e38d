package io.godev.cli.common;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** Option of commands that read: text for people, JSON or YAML for programs. */
public final class Output {
  /** For programs. */
  public enum Format {
    JSON,
    YAML
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "json or yaml, for programs. Default: text for people.")
  private Format format;

  /** Whether people read it. */
  public boolean isText() {
    return format == null;
  }

  /** Prints an object of the API, or one of records and lists, in the format asked for. */
  public void print(Object object, PrintWriter out) {
    var serialization = new KubernetesSerialization();
    if (format == Format.YAML) {
      out.print(serialization.asYaml(withoutManagedFields(serialization, object)));
    } else {
      out.println(pretty(withoutManagedFields(serialization, object)));
    }
    out.flush();
  }

  // as kubectl does: they are longer than the rest, and for machines of another kind
  private static JsonNode withoutManagedFields(
      KubernetesSerialization serialization, Object object) {
    var tree = serialization.unmarshal(serialization.asJson(object), JsonNode.class);
    remove(tree);
    tree.path("items").forEach(Output::remove);
    return tree;
  }

  private static void remove(JsonNode object) {
    if (object.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove("managedFields");
    }
  }

  private static String pretty(JsonNode tree) {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree always serialises", e);
    }
  }
}
