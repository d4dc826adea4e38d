package io.godev.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The pages people read, and what stands in them. */
final class Documents {
  private Documents() {}

  static List<Path> pages() {
    try (var docs = Files.walk(Path.of("docs"))) {
      return Stream.concat(
              Stream.of(Path.of("README.md")),
              docs.filter(file -> file.toString().endsWith(".md")).sorted())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first group of every match in a page. */
  static List<String> matches(Path page, String pattern) {
    return Pattern.compile(pattern, Pattern.MULTILINE | Pattern.DOTALL)
        .matcher(text(page))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  /**
   * A command of a page.
   *
   * @param line without its prompt
   * @param firstOutput first line of what the page shows below it, or empty
   */
  record Command(String line, String firstOutput) {}

  /** The commands of the page's console blocks, which have the prompt "$ ". */
  static List<Command> commands(Path page) {
    return matches(page, "```console\\n(.*?)```").stream()
        .flatMap(block -> Pattern.compile("^\\$ ", Pattern.MULTILINE).splitAsStream(block))
        .filter(command -> !command.isBlank())
        .map(Documents::command)
        .toList();
  }

  private static Command command(String text) {
    var lines = text.lines().toList();
    return new Command(lines.get(0), lines.size() > 1 ? lines.get(1) : "");
  }

  /** Every environment that a page shows or that is a sample. */
  static List<String> environments() {
    return blocks("GoDevEnvironment");
  }

  /** Every fleet that a page shows or that is a sample. */
  static List<String> fleets() {
    return blocks("GoDevFleet");
  }

  /** Every profile that a page shows. */
  static List<String> profiles() {
    return blocks("GoDevProfile");
  }

  private static List<String> blocks(String kind) {
    try (var samples = Files.list(Path.of("samples"))) {
      return Stream.concat(
              pages().stream().flatMap(page -> matches(page, "```yaml\\n(.*?)```").stream()),
              samples.sorted().map(Documents::text))
          .filter(block -> block.contains("kind: " + kind))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
