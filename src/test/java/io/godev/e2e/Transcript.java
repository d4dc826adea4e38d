package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What somebody sees who types {@code godev init} and {@code godev up}, as the guide shows it.
 *
 * <p>{@code -Dgodev.transcript=write} writes it into the guide; without that it has to be there,
 * but for its numbers and the order of its lines.
 */
record Transcript(String name, String text) {
  private static final Path GUIDE = Path.of("docs/guide/godev.md");

  // what the program itself logs, and what depends on how fast the machine is
  private static final Pattern LEFT_OUT =
      Pattern.compile(
          "(?m)^(time=|waiting for |the connection broke|syncing with container (modules|build|dev) ).*\n");

  static Transcript of(String name, String init, String up, Path folder) {
    var text = "$ godev init\n%s$ godev up\n%s".formatted(init, up);
    return new Transcript(
        name, LEFT_OUT.matcher(text.replace(folder.toString(), ".")).replaceAll(""));
  }

  void isInTheGuide() throws IOException {
    System.out.println(text);
    var block =
        Pattern.compile(
            "(<!-- transcript:%s -->\n)(.*?)(<!-- end -->)".formatted(name), Pattern.DOTALL);
    var guide = Files.readString(GUIDE);
    var found = block.matcher(guide);
    assertThat(found.find()).as("%s has a place for the transcript %s", GUIDE, name).isTrue();
    var wanted = "\n```console\n%s```\n\n".formatted(text);
    if ("write".equals(System.getProperty("godev.transcript"))) {
      Files.writeString(
          GUIDE, guide.substring(0, found.start(2)) + wanted + guide.substring(found.end(2)));
      return;
    }
    assertThat(numberless(found.group(2)))
        .as("the transcript in %s; -Dgodev.transcript=write brings it up to date", GUIDE)
        .isEqualTo(numberless(wanted));
  }

  // phases are told while the source is pushed, in either order
  private static List<String> numberless(String text) {
    return text.lines()
        .map(line -> line.replaceAll("\\d+([.]\\d+)?", "N").replaceAll(" +", " "))
        .sorted()
        .toList();
  }
}
