package io.godev.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.check.Problem.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What an object has beside its spec: type, name, and other metadata. */
final class ObjectCheck {
  private static final String KIND = GoDevEnvironment.class.getSimpleName();
  private static final String API_VERSION = HasMetadata.getApiVersion(GoDevEnvironment.class);
  private static final Set<String> MEMBERS =
      new TreeSet<>(Set.of("apiVersion", "kind", "metadata", "spec", "status"));
  // https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1#ObjectMeta
  private static final Set<String> METADATA =
      new TreeSet<>(
          Set.of(
              "name",
              "generateName",
              "namespace",
              "labels",
              "annotations",
              "finalizers",
              "ownerReferences",
              "uid",
              "resourceVersion",
              "generation",
              "creationTimestamp",
              "deletionTimestamp",
              "deletionGracePeriodSeconds",
              "managedFields",
              "selfLink"));

  private final List<Problem> problems = new ArrayList<>();

  private ObjectCheck() {}

  static List<Problem> of(ObjectNode object) {
    var check = new ObjectCheck();
    check.type(object, "kind", KIND);
    check.type(object, "apiVersion", API_VERSION);
    check.known("", object, MEMBERS);
    check.metadata(object.path("metadata"));
    return check.problems;
  }

  private void type(ObjectNode object, String field, String expected) {
    if (!object.path(field).asText().equals(expected)) {
      add(
          Kind.Invalid,
          field,
          object.hasNonNull(field) ? "is " + object.path(field).asText() : "is missing",
          "write " + expected);
    }
  }

  private void metadata(JsonNode metadata) {
    if (!metadata.isObject()) {
      add(Kind.Required, "metadata", "is missing", "add it with a name");
      return;
    }
    known("metadata", metadata, METADATA);
    if (!metadata.hasNonNull("name") && !metadata.hasNonNull("generateName")) {
      add(Kind.Required, "metadata.name", "is missing", "add the environment's name");
    }
    for (var text : List.of("name", "generateName", "namespace")) {
      if (metadata.hasNonNull(text) && !metadata.get(text).isTextual()) {
        add(Kind.TypeInvalid, "metadata." + text, "is no text", "write it in quotes");
      }
    }
    texts("labels", metadata.path("labels"));
    texts("annotations", metadata.path("annotations"));
  }

  private void texts(String field, JsonNode map) {
    for (var member : map.properties()) {
      if (!member.getValue().isTextual() && !member.getValue().isNull()) {
        add(
            Kind.TypeInvalid,
            Positions.member("metadata." + field, member.getKey()),
            "is no text",
            "write the value in quotes");
      }
    }
  }

  private void known(String path, JsonNode object, Set<String> names) {
    for (var member : object.properties()) {
      if (!names.contains(member.getKey())) {
        add(
            Kind.UnknownField,
            Positions.member(path, member.getKey()),
            "there is no such field",
            Suggestion.of(member.getKey(), names)
                .map(meant -> "did you mean " + meant + "?")
                .orElse("remove it"));
      }
    }
  }

  private void add(Kind kind, String field, String message, String remedy) {
    problems.add(new Problem(kind, field, message, remedy));
  }
}
