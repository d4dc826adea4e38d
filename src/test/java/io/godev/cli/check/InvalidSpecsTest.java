package io.godev.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.cli.check.Problem.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the API server refuses is refused for the same reason without one.
 *
 * <p>The first line of each file has the words of the API server, which {@code AdmissionIT} holds.
 */
class InvalidSpecsTest {
  private static final String EXPECT = "# expect: ";

  /** How the API server words the kinds of problems that a schema has. */
  private static final Map<String, Kind> KINDS =
      Map.of(
          "unknown field", Kind.UnknownField,
          "Required value", Kind.Required,
          "Unsupported value", Kind.NotSupported,
          "Too long", Kind.TooLong,
          "Too many", Kind.TooMany,
          " 64 items", Kind.TooMany,
          "Duplicate value", Kind.Duplicate,
          "must be of type", Kind.TypeInvalid,
          "should be", Kind.Invalid,
          "should have at least", Kind.Invalid);

  private static final Admission ADMISSION = new Admission();

  private static Stream<Path> invalidSpecs() throws IOException {
    return Files.list(Path.of("src/test/resources/invalid")).sorted();
  }

  @ParameterizedTest
  @MethodSource("invalidSpecs")
  void anInvalidSpecIsRefusedForTheReasonOfTheApiServer(Path file) throws IOException {
    // Given
    var expected = Files.readAllLines(file).get(0).substring(EXPECT.length());

    // When
    var problems = check(file);

    // Then
    var kind =
        KINDS.entrySet().stream()
            .filter(entry -> expected.contains(entry.getKey()))
            .map(Map.Entry::getValue)
            .findFirst();
    if (kind.isPresent()) {
      assertThat(problems).extracting(Problem::kind).contains(kind.get());
    } else {
      assertThat(problems).anyMatch(problem -> problem.message().contains(expected));
    }
  }

  @ParameterizedTest
  @MethodSource("invalidSpecs")
  void nothingButWhatIsWrongIsRefused(Path file) throws IOException {
    assertThat(check(file)).hasSizeBetween(1, 2);
  }

  private static List<Problem> check(Path file) {
    var documents = Documents.read(List.of(file.toString()), InputStream.nullInputStream());
    assertThat(documents).hasSize(1);
    return ADMISSION.check(documents.get(0));
  }
}
