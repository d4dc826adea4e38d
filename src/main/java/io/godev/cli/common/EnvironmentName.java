package io.godev.cli.common;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The environment a command is about: named, else that of {@code godev.yaml} in the folder. */
public final class EnvironmentName {
  /** The file {@code godev init} writes and {@code godev up} applies. */
  public static final String FILE = "godev.yaml";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "Name of the environment. Default: that of " + FILE + " in this folder.")
  private String name;

  /**
   * The name.
   *
   * @throws Failure if none was given and the folder has no godev.yaml
   */
  public String get() {
    if (name != null) {
      return name;
    }
    var inFolder = of(Path.of(FILE));
    if (inFolder == null) {
      throw new Failure("which environment? Name it, or go into a folder with a " + FILE + ".");
    }
    return inFolder;
  }

  /** Whether the user named one. */
  public boolean isGiven() {
    return name != null;
  }

  /**
   * The name that the godev.yaml of a folder has; null where there is none.
   *
   * @throws Failure if it cannot be read
   */
  public static String in(Path folder) {
    return of(folder.resolve(FILE));
  }

  // null where there is no file
  static String of(Path file) {
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try {
      var document = Serialization.unmarshal(Files.readString(file), JsonNode.class);
      var found = document == null ? "" : document.path("metadata").path("name").asText();
      if (found.isEmpty()) {
        throw new Failure(file + ": metadata.name is missing; give the environment a name.");
      }
      return found;
    } catch (IOException | RuntimeException e) {
      if (e instanceof Failure failure) {
        throw failure;
      }
      throw new Failure(file + " cannot be read as YAML: " + e.getMessage(), e);
    }
  }
}
