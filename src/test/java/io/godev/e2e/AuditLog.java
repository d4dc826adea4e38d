package io.godev.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The API server's audit log: what the operator really asked of it. */
final class AuditLog {
  private static final Set<String> READS = Set.of("get", "list", "watch");

  private final ObjectMapper mapper = new ObjectMapper();
  private final Path file;
  private final String operator;

  /** The log that GODEV_AUDIT_LOG names; only who runs the API server has it. */
  AuditLog() {
    this("godev-system");
  }

  /** Of the operator in another namespace. */
  AuditLog(String namespace) {
    operator = "system:serviceaccount:" + namespace + ":godev-operator";
    var name = System.getenv("GODEV_AUDIT_LOG");
    if (name == null) {
      throw new IllegalStateException(
          "GODEV_AUDIT_LOG does not name the audit log; \"make test\" sets it");
    }
    file = Path.of(name);
  }

  /**
   * A request, as "verb resource/subresource namespace/name → code".
   *
   * @param pod the replica it came from
   * @param uri with its parameters
   */
  record Request(
      String verb,
      String group,
      String resource,
      String namespace,
      String name,
      int code,
      Instant time,
      String pod,
      String uri) {
    /** Whether it asks what would become of a write, and writes nothing. */
    boolean isRehearsal() {
      return uri.contains("dryRun=All");
    }

    @Override
    public String toString() {
      return "%s %s %s/%s → %d".formatted(verb, resource, namespace, name, code);
    }
  }

  /** The operator's requests that write, in a namespace (or all if null), since a time. */
  List<Request> writes(String namespace, Instant since) {
    return requests(namespace, since).stream()
        .filter(request -> !READS.contains(request.verb()))
        .toList();
  }

  /** The operator's requests that read single objects or lists; a watch is not a read. */
  List<Request> reads(String namespace, Instant since) {
    return requests(namespace, since).stream()
        .filter(request -> Set.of("get", "list").contains(request.verb()))
        .toList();
  }

  /** All that the operator asked since the log began. */
  List<Request> everything() {
    return requests(null, Instant.EPOCH);
  }

  private List<Request> requests(String namespace, Instant since) {
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.contains(operator))
          .map(this::parse)
          .filter(event -> event.at("/user/username").asText().equals(operator))
          .filter(event -> event.path("stage").asText().equals("ResponseComplete"))
          .map(AuditLog::request)
          .filter(request -> !request.time().isBefore(since))
          .filter(request -> namespace == null || namespace.equals(request.namespace()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode parse(String line) {
    try {
      return mapper.readTree(line);
    } catch (IOException e) {
      // the last line may be half written
      return mapper.createObjectNode();
    }
  }

  private static Request request(JsonNode event) {
    var object = event.path("objectRef");
    var subresource = object.path("subresource").asText("");
    return new Request(
        event.path("verb").asText(),
        object.path("apiGroup").asText(""),
        object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
        object.path("namespace").asText(""),
        object.path("name").asText(""),
        event.at("/responseStatus/code").asInt(),
        Instant.parse(event.path("requestReceivedTimestamp").asText()),
        event.at("/user/extra/authentication.kubernetes.io~1pod-name/0").asText(),
        event.path("requestURI").asText());
  }
}
