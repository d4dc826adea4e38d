package io.godev.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The schema of a GoDevEnvironment: that of deploy/crds, which the build puts here. */
public final class Definition {
  private static final String FILE = "godevenvironments.godev.io-v1.yml";

  private Definition() {}

  /** A new tree at each call. */
  public static JsonNode schema() {
    try (var crd = Definition.class.getResourceAsStream(FILE)) {
      var schema = new YAMLMapper().readTree(crd).at("/spec/versions/0/schema/openAPIV3Schema");
      // what rules see of it without being told by the definition
      ((ObjectNode) schema.path("properties"))
          .putObject("metadata")
          .put("type", "object")
          .putObject("properties")
          .putObject("name")
          .put("type", "string");
      return schema;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
