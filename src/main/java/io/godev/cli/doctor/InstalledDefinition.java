package io.godev.cli.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.check.Definition;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The cluster knows GoDevEnvironments, with the fields that this godev knows. */
final class InstalledDefinition implements Check {
  private static final String NAME = "InstalledDefinition";
  private static final String INSTALL = "kubectl apply --server-side -f install.yaml";
  private static final int SHOWN = 3;

  @Override
  public Stream<Finding> check(Seen seen) {
    return Stream.of(
        seen.definition()
            .either(
                InstalledDefinition::judge,
                () ->
                    Finding.fail(
                        NAME,
                        "the cluster knows no GoDevEnvironment of the version "
                            + GoDevEnvironment.VERSION,
                        "install the operator: " + INSTALL),
                why -> Finding.unknown(NAME, why)));
  }

  private static Finding judge(String document) {
    Set<String> there;
    try {
      there = fields(environment(new ObjectMapper().readTree(document)));
    } catch (JsonProcessingException e) {
      return Finding.unknown(NAME, "the API server's OpenAPI document is no JSON");
    }
    if (there.isEmpty()) {
      return Finding.unknown(NAME, "the API server's OpenAPI document has no fields of it");
    }
    var here = fields(Definition.schema());
    var missing = without(here, there);
    if (!missing.isEmpty()) {
      return Finding.warn(
          NAME,
          "%s, but of an older release than this godev: it has no %s"
              .formatted(GoDevEnvironment.VERSION, some(missing)),
          "install the operator of this release: " + INSTALL);
    }
    var unknown = without(there, here);
    return unknown.isEmpty()
        ? Finding.ok(NAME, GoDevEnvironment.VERSION + ", of this release")
        : Finding.warn(
            NAME,
            "%s, but of a newer release than this godev, which does not know %s"
                .formatted(GoDevEnvironment.VERSION, some(unknown)),
            "use the godev of the operator's release");
  }

  private static JsonNode environment(JsonNode document) {
    for (var schema : document.at("/components/schemas")) {
      if (schema
          .at("/x-kubernetes-group-version-kind/0/kind")
          .asText()
          .equals("GoDevEnvironment")) {
        return schema;
      }
    }
    return document.path("none");
  }

  private static Set<String> fields(JsonNode schema) {
    Set<String> fields = new TreeSet<>();
    collect("spec", schema.at("/properties/spec"), fields);
    return fields;
  }

  private static void collect(String path, JsonNode schema, Set<String> fields) {
    schema
        .path("properties")
        .fields()
        .forEachRemaining(
            field -> {
              var below = path + "." + field.getKey();
              fields.add(below);
              collect(below, field.getValue(), fields);
            });
    if (schema.has("items")) {
      collect(path + "[]", schema.path("items"), fields);
    }
  }

  private static Set<String> without(Set<String> fields, Set<String> others) {
    var rest = new TreeSet<>(fields);
    rest.removeAll(others);
    return rest;
  }

  private static String some(Set<String> fields) {
    return fields.stream().limit(SHOWN).collect(Collectors.joining(", "))
        + (fields.size() > SHOWN ? " and %d more".formatted(fields.size() - SHOWN) : "");
  }
}
