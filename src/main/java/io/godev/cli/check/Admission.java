package io.godev.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.godev.cli.check.Problem.Kind;
import java.util.ArrayList;
import java.util.List;

/** What the API server says to an environment that is created, without asking it. */
final class Admission {
  private final JsonNode schema = Definition.schema();
  // made when there is a rule to ask, which takes longer than all the rest
  private Cel cel;

  /** Everything it refuses; no more than that if the object's type is wrong. */
  List<Problem> check(Document document) {
    List<Problem> problems = new ArrayList<>();
    for (var field : document.twice()) {
      problems.add(new Problem(Kind.Duplicate, field, "is there twice", "remove one of them"));
    }
    problems.addAll(ObjectCheck.of(document.object()));
    var object = whatTheSchemaSays(document.object());
    problems.addAll(SchemaCheck.of("", object, schema));
    problems.addAll(RuleCheck.of(this::cel, object, schema, List.copyOf(problems)));
    return problems;
  }

  private Cel cel() {
    if (cel == null) {
      cel = new Cel("self");
    }
    return cel;
  }

  // rules see no more of the metadata than the name, and creation takes no status
  private static ObjectNode whatTheSchemaSays(ObjectNode object) {
    var copy = object.objectNode();
    if (object.has("spec")) {
      copy.set("spec", object.get("spec"));
    }
    var metadata = object.path("metadata");
    var name = metadata.path("name").asText(metadata.path("generateName").asText() + "xxxxx");
    copy.putObject("metadata").put("name", name);
    return copy;
  }
}
