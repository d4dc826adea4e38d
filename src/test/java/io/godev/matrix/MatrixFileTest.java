package io.godev.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The matrix as a file, for {@code bench/campaign}, where an operator meets it. */
class MatrixFileTest {
  private static final Path FILE = Path.of("target/matrix.json");

  private record Entry(String field, String what, String base, Object environment) {}

  @Test
  void theMatrixIsWritten() throws IOException {
    // Given
    List<Entry> mutations =
        Field.all().stream()
            .flatMap(field -> Mutation.of(field).stream())
            .map(
                mutation ->
                    new Entry(
                        mutation.field().path(),
                        mutation.what(),
                        mutation.base(),
                        mutation.environment()))
            .toList();

    // When
    Files.createDirectories(FILE.getParent());
    new ObjectMapper()
        .writeValue(FILE.toFile(), Map.of("bases", Mutation.bases(), "mutations", mutations));

    // Then
    assertThat(new ObjectMapper().readTree(FILE.toFile()).path("mutations"))
        .hasSameSizeAs(mutations);
    assertThat(mutations).hasSizeGreaterThan(1000);
  }
}
