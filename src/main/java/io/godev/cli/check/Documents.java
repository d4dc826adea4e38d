package io.godev.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevProfile;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/** Reads environments out of files, folders and standard input; other objects are passed over. */
final class Documents {
  /** Kinds of the group that are another's to check. */
  private static final Set<String> OTHERS =
      Set.of(GoDevFleet.class.getSimpleName(), GoDevProfile.class.getSimpleName());

  private static final String STANDARD_INPUT = "-";
  private static final LoaderOptions OPTIONS = new LoaderOptions();

  private Documents() {}

  /**
   * All environments of files, of folders with all below them, and of standard input for {@code -}.
   *
   * @throws Unreadable if one cannot be read, is no YAML, or if there is no environment at all
   */
  static List<Document> read(List<String> names, InputStream in) {
    List<Document> documents = new ArrayList<>();
    for (var name : names) {
      if (name.equals(STANDARD_INPUT)) {
        parse(name, new InputStreamReader(in, StandardCharsets.UTF_8), documents);
      } else {
        files(Path.of(name)).forEach(file -> parse(file, documents));
      }
    }
    if (documents.isEmpty()) {
      throw new Unreadable(
          String.join(", ", names) + ": there is no " + GoDevEnvironment.class.getSimpleName());
    }
    return documents;
  }

  private static List<Path> files(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (var below = Files.walk(path)) {
      return below
          .filter(file -> file.toString().matches(".*[.](ya?ml|json)"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new Unreadable(path + ": cannot be read: " + e.getMessage());
    }
  }

  private static void parse(Path file, List<Document> documents) {
    try (var reader = Files.newBufferedReader(file)) {
      parse(file.toString(), reader, documents);
    } catch (CharacterCodingException e) {
      throw new Unreadable(file + ": is not in UTF-8");
    } catch (IOException e) {
      throw new Unreadable(file + ": cannot be read: " + reason(e));
    }
  }

  private static String reason(IOException failure) {
    return failure instanceof java.nio.file.NoSuchFileException
        ? "there is no such file"
        : failure.getMessage();
  }

  private static void parse(String file, Reader reader, List<Document> documents) {
    try {
      var composer =
          new Composer(
              new ParserImpl(new StreamReader(reader), OPTIONS), new YamlScalars(), OPTIONS);
      while (composer.checkNode()) {
        var tree = new YamlTree(composer.getNode());
        add(file, tree.tree(), tree, "", documents);
      }
    } catch (YAMLException e) {
      throw new Unreadable(file + ": is no YAML: " + e.getMessage());
    } catch (Unreadable e) {
      throw new Unreadable(file + ": " + e.getMessage());
    }
  }

  private static void add(
      String file, JsonNode node, YamlTree tree, String prefix, List<Document> documents) {
    if (!(node instanceof ObjectNode object)) {
      return;
    }
    if (object.path("kind").asText().equals("List") && object.path("items").isArray()) {
      var items = object.path("items");
      for (int i = 0; i < items.size(); i++) {
        add(file, items.get(i), tree, prefix(prefix, "items[" + i + "]"), documents);
      }
    } else if (isOurs(object)) {
      var twice =
          tree.twice().stream()
              .filter(path -> path.startsWith(prefix))
              .map(path -> prefix.isEmpty() ? path : path.substring(prefix.length() + 1))
              .toList();
      documents.add(new Document(file, object, tree.positions(), prefix, twice));
    }
  }

  private static String prefix(String prefix, String rest) {
    return prefix.isEmpty() ? rest : prefix + "." + rest;
  }

  // a wrong kind of our group is ours to tell, and a right one of a wrong group
  private static boolean isOurs(ObjectNode object) {
    if (OTHERS.contains(object.path("kind").asText())) {
      return false;
    }
    return Stream.of("apiVersion", "kind")
        .map(field -> object.path(field).asText())
        .anyMatch(
            text ->
                text.startsWith(GoDevEnvironment.GROUP + "/")
                    || text.equals(GoDevEnvironment.class.getSimpleName()));
  }
}
