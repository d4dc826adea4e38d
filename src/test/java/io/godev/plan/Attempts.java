package io.godev.plan;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.godev.api.v1alpha1.GoDevEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What Pod Security forbids and a spec could ask for: src/test/resources/podsecurity. */
public final class Attempts {
  private static final Path TABLE = Path.of("src/test/resources/podsecurity/attempts.yaml");
  private static final ObjectMapper LENIENT =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** What stops an attempt. */
  public enum Stop {
    field,
    value,
    pod
  }

  /**
   * An attempt.
   *
   * @param cases what it would be in Kubernetes' test data
   * @param environment that asks for it
   */
  public record Attempt(String cases, Stop stopped, ObjectNode environment) {
    @Override
    public String toString() {
      return cases + ": " + environment.path("spec") + environment.at("/metadata/annotations");
    }
  }

  private Attempts() {}

  public static List<Attempt> all() {
    try {
      List<Attempt> attempts = new ArrayList<>();
      for (var row : new YAMLMapper().readTree(TABLE.toFile())) {
        attempts.add(
            new Attempt(
                row.path("cases").asText(),
                Stop.valueOf(row.path("stopped").asText()),
                environment(row.path("annotations"), row.path("spec"))));
      }
      return attempts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that is dropped where a client asks not to be told, in one environment. */
  public static ObjectNode everythingThatIsDropped() {
    var union = union(Stop.field);
    // one kind of check
    ((ObjectNode) union.at("/spec/run/readiness")).remove("tcpSocket");
    return union;
  }

  /** All that is accepted, in one environment. */
  public static ObjectNode everythingThatIsAccepted() {
    var union = union(Stop.pod);
    // one kind of source
    var source = (ObjectNode) union.at("/spec/source");
    source.removeAll().putObject("sync");
    return union;
  }

  private static ObjectNode union(Stop stop) {
    var union = environment(LENIENT.createObjectNode(), LENIENT.createObjectNode());
    all().stream()
        .filter(attempt -> attempt.stopped() == stop)
        .forEach(attempt -> merge(union, attempt.environment()));
    return union;
  }

  /** The environment as the API server has it after it dropped what it does not know. */
  static GoDevEnvironment dropped(ObjectNode environment) {
    return LENIENT.convertValue(environment, GoDevEnvironment.class);
  }

  private static ObjectNode environment(JsonNode annotations, JsonNode spec) {
    var environment =
        LENIENT
            .createObjectNode()
            .put("apiVersion", "godev.io/v1alpha1")
            .put("kind", "GoDevEnvironment");
    var metadata = environment.putObject("metadata");
    metadata.put("name", "shop").put("namespace", "team").put("uid", "the-uid");
    if (annotations.isObject()) {
      metadata.set("annotations", annotations);
    }
    environment.set("spec", LENIENT.createObjectNode());
    merge((ObjectNode) environment.get("spec"), spec);
    if (!spec.has("source")) {
      environment.withObject("/spec/source").putObject("sync");
    }
    return environment;
  }

  private static void merge(ObjectNode into, JsonNode from) {
    from.properties()
        .forEach(
            field -> {
              if (into.get(field.getKey()) instanceof ObjectNode below
                  && field.getValue().isObject()) {
                merge(below, field.getValue());
              } else {
                into.set(field.getKey(), field.getValue().deepCopy());
              }
            });
  }
}
