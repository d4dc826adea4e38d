package io.godev.cli.check;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.check.Finding.Level;
import io.godev.cli.common.Failure;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The one environment of a file, which nothing speaks against as far as can be told without a
 * cluster.
 */
public final class SpecFile {
  private final ObjectNode object;
  private final GoDevEnvironment environment;

  private SpecFile(ObjectNode object) {
    this.object = object;
    this.environment =
        new KubernetesSerialization().unmarshal(object.toString(), GoDevEnvironment.class);
  }

  /**
   * Reads and checks a file.
   *
   * @throws Failure if it cannot be read, holds more than one environment, or has violations, all
   *     of which are named
   */
  public static SpecFile read(Path file) {
    var document = document(file);
    var violations =
        new Checker(new OperatorOptions(), null)
            .check(document).findings().stream()
                .filter(finding -> finding.level() == Level.Violation)
                .map(finding -> "  line %d: %s".formatted(finding.line(), finding.sentence()))
                .toList();
    if (!violations.isEmpty()) {
      throw new Failure(
          violations.stream().collect(Collectors.joining("\n", file + " would be refused:\n", "")));
    }
    return new SpecFile(document.object());
  }

  private static Document document(Path file) {
    List<Document> documents;
    try {
      documents = Documents.read(List.of(file.toString()), InputStream.nullInputStream());
    } catch (Unreadable e) {
      throw new Failure(e.getMessage() + ".", e);
    }
    if (documents.size() > 1) {
      throw new Failure(
          "%s holds %d environments (%s); keep one in a file."
              .formatted(
                  file,
                  documents.size(),
                  documents.stream().map(Document::name).collect(Collectors.joining(", "))));
    }
    return documents.get(0);
  }

  /** The environment as the file has it, without what an API server adds. */
  public ObjectNode object() {
    return object.deepCopy();
  }

  /** The environment as an object of the API. */
  public GoDevEnvironment environment() {
    return environment;
  }
}
