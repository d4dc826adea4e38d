package io.godev.cli.project;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScalarTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "main",
        "./cmd/shop",
        ".",
        "feature/x",
        "https://git.example.com/a.git",
        "git@h:a/b.git",
      })
  void usualWordsStandAsTheyAre(String text) {
    assertThat(Scalar.of(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1.0",
        "123",
        "0x1f",
        "1e3",
        "true",
        "No",
        "on",
        "null",
        "~",
        "y",
        ".5",
        ".inf",
        "2026-01-01",
        "a: b",
        "a #b",
        "a:",
        "-",
        "- a",
        "*x/*",
        "&a",
        "!t",
        "{a}",
        "[a]",
        "'",
        "\"",
        "\\",
        "%x",
        "@a",
        "`a",
        "a\nb: c",
        "a\tb",
        "ü",
        " a ",
        "\u2028",
        "#1",
        "example.com/*",
      })
  void whatYamlWouldReadAsSomethingElseIsInQuotes(String text) throws IOException {
    // When
    var read = new YAMLMapper().readValue("a: " + Scalar.of(text) + "\nb: c\n", JsonNode.class);

    // Then
    assertThat(read.path("a").isTextual()).isTrue();
    assertThat(read.path("a").asText()).isEqualTo(text);
    assertThat(read.size()).isEqualTo(2);
    assertThat(Scalar.of(text)).startsWith("\"");
  }

  @Test
  void aCommentStaysInItsLine() {
    assertThat(Scalar.comment("a\nb\r\u0085\u2028\u001b[31mc")).isEqualTo("a?b????[31mc");
    assertThat(Scalar.comment("x".repeat(500))).hasSize(201);
  }
}
