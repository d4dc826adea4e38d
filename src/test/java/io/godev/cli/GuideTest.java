package io.godev.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/guide/godev.md speaks of the commands and options that there are. */
class GuideTest {
  private static final Path GUIDE = Path.of("docs/guide/godev.md");

  @Test
  void everyCommandIsInTheGuideAndNoOther() throws IOException {
    assertThat(named("godev ([a-z]+)(?![a-z]|:)"))
        .isEqualTo(new TreeSet<>(Godev.commandLine().getSubcommands().keySet()));
  }

  @Test
  void everyOptionOfTheGuideIsOneOfACommand() throws IOException {
    // Given
    var options =
        Godev.commandLine().getSubcommands().values().stream()
            .flatMap(command -> command.getCommandSpec().optionsMap().keySet().stream())
            .collect(Collectors.toSet());

    // Then
    assertThat(named("(?<![a-z=-])(--[a-z][a-z-]+)(?![a-z=-])")).isNotEmpty().isSubsetOf(options);
  }

  @Test
  void everyCheckOfTheDoctorIsInItsTable() throws IOException {
    // the names are part of what programs read
    var checks = named("(?m)^\\| ([A-Z][A-Za-z]+) \\|");
    try (var files = Files.list(Path.of("src/main/java/io/godev/cli/doctor"))) {
      assertThat(checks)
          .isEqualTo(
              files
                  .filter(GuideTest::isCheck)
                  .map(file -> file.getFileName().toString().replace(".java", ""))
                  .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  private static boolean isCheck(Path file) {
    try {
      return Files.readString(file).contains(" implements Check ");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Set<String> named(String pattern) throws IOException {
    // what the transcript holds is checked where it is made
    var text = Files.readString(GUIDE).replaceAll("(?s)<!-- transcript:up -->.*?<!-- end -->", "");
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
