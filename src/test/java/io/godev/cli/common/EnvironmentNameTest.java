package io.godev.cli.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class EnvironmentNameTest {
  @TempDir private Path folder;

  @Test
  void theNameThatIsGivenCounts() {
    // When
    var name = CommandLine.populateCommand(new EnvironmentName(), "shop");

    // Then
    assertThat(name.get()).isEqualTo("shop");
    assertThat(name.isGiven()).isTrue();
  }

  @Test
  void withoutOneAndWithoutAFileTheUserIsAsked() {
    // Given: the folder that tests run in has no godev.yaml
    var name = CommandLine.populateCommand(new EnvironmentName());

    // Then
    assertThatThrownBy(name::get)
        .isInstanceOf(Failure.class)
        .hasMessage("which environment? Name it, or go into a folder with a godev.yaml.");
  }

  @ParameterizedTest
  @CsvSource({
    "'metadata: {name: shop}', shop",
    "'metadata: {name: \"shop\"}\r\n', shop",
    "'\uFEFFmetadata: {name: shop}', shop",
    "'# a comment\nmetadata:\n  name: shop # another\n', shop",
    "'{\"metadata\": {\"name\": \"shop\"}}', shop",
  })
  void theFileOfTheFolderHasAName(String text, String name) throws IOException {
    assertThat(EnvironmentName.of(file(text))).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a: b", "metadata: []", "metadata: {}", "metadata: {name: ''}", "- a"})
  void aFileWithoutANameIsSaidToLackIt(String text) throws IOException {
    // Given
    var file = file(text);

    // Then
    assertThatThrownBy(() -> EnvironmentName.of(file))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("metadata.name is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: [", "a: b: c", "\t- x", "a: *nowhere"})
  void aFileThatIsNoYamlIsNamed(String text) throws IOException {
    // Given
    var file = file(text);

    // Then
    assertThatThrownBy(() -> EnvironmentName.of(file))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("godev.yaml cannot be read as YAML");
  }

  @Test
  void aFileInAnotherEncodingIsNamed() throws IOException {
    // Given
    var file = folder.resolve("godev.yaml");
    Files.write(file, "metadata: {name: shop}".getBytes(StandardCharsets.UTF_16));

    // Then
    assertThatThrownBy(() -> EnvironmentName.of(file)).isInstanceOf(Failure.class);
  }

  @Test
  void aFolderInItsPlaceIsNone() throws IOException {
    assertThat(EnvironmentName.of(Files.createDirectory(folder.resolve("godev.yaml")))).isNull();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("godev.yaml"), text);
  }
}
