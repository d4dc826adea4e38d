package io.godev.assess;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class TerminationMessageTest {
  private static final Path TWIN = Path.of("runtime/internal/termination");

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "panic: runtime error: index out of range [3] with length 3",
        "null",
        "[]",
        "\"BuildFailed\"",
        "{",
        "{\"reason\":\"BuildFailed\",\"detail\":\"main.go",
        "{reason: BuildFailed}",
        "{\"reason\":{\"nested\":true}}",
        "{\"line\":\"four\"}",
        "{\"reason\":\"not a word\",\"detail\":\"x\"}",
        "{\"reason\":\"\"}",
        "{\"lastLines\":\"one\"}",
        "\u0000\u0001\ufffd",
      })
  void whatTheRuntimeDidNotWriteSaysNothing(String text) {
    // When
    var message = TerminationMessage.parse(text);

    // Then
    assertThat(message).isEqualTo(TerminationMessage.NONE);
  }

  @Test
  void aMessageNestedBeyondReasonSaysNothing() {
    // When
    var message = TerminationMessage.parse("{\"lastLines\":" + "[".repeat(4000));

    // Then
    assertThat(message).isEqualTo(TerminationMessage.NONE);
  }

  @Test
  void aSuccessTellsItsSecondsAndItsPackage() {
    // When
    var message =
        TerminationMessage.parse(
            """
            {"phase":"build","result":"Succeeded","seconds":3.647,"package":"./cmd/shop"}""");

    // Then
    assertThat(message)
        .isEqualTo(
            new TerminationMessage(
                null, 3.647, null, null, null, null, null, null, null, "./cmd/shop"));
  }

  @Test
  void aBuildThatFailedTellsItsFirstError() {
    // When
    var message =
        TerminationMessage.parse(
            """
            {"phase":"build","result":"Failed","seconds":1.2,"reason":"BuildFailed",\
            "detail":"main.go:4:2: undefined: x","file":"main.go","line":4,"column":2,\
            "error":"undefined: x","package":"."}""");

    // Then
    assertThat(message)
        .isEqualTo(
            new TerminationMessage(
                "BuildFailed",
                1.2,
                "main.go:4:2: undefined: x",
                "main.go",
                4,
                "undefined: x",
                null,
                null,
                null,
                "."));
  }

  @Test
  void aProgramThatCrashedTellsItsExitCodeAndItsLastLines() {
    // When
    var message =
        TerminationMessage.parse(
            """
            {"phase":"run","result":"Failed","reason":"Crashed","detail":"It ended 3 times in a row.",\
            "exitCode":137,"signal":"killed","lastLines":["no \\"database\\"","größer <1>"],"buildSeconds":2}""");

    // Then
    assertThat(message)
        .isEqualTo(
            new TerminationMessage(
                "Crashed",
                null,
                "It ended 3 times in a row.",
                null,
                null,
                null,
                137,
                "killed",
                List.of("no \"database\"", "größer <1>"),
                null));
  }

  @Test
  void aNewerRuntimeMaySayMore() {
    // When
    var message = TerminationMessage.parse("{\"reason\":\"Crashed\",\"coverage\":{\"of\":[1]}}");

    // Then
    assertThat(message.reason()).isEqualTo("Crashed");
  }

  @Test
  void everyFieldThatIsReadIsOneThatTheRuntimeWrites() throws IOException {
    // Given
    var written =
        Pattern.compile("`json:\"(\\w+)")
            .matcher(Files.readString(TWIN.resolve("message.go")))
            .results()
            .map(tag -> tag.group(1))
            .toList();

    // When
    var read =
        Arrays.stream(TerminationMessage.class.getRecordComponents())
            .map(
                component -> {
                  var renamed = component.getAccessor().getAnnotation(JsonProperty.class);
                  return renamed == null ? component.getName() : renamed.value();
                })
            .toList();

    // Then
    assertThat(written).containsAll(read);
  }
}
