package io.godev.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The matrix leaves nothing out. */
class FieldTest {
  @Test
  void everyFieldOfTheSchemaIsSetInABase() {
    assertThat(Field.all())
        .hasSizeGreaterThan(50)
        .allSatisfy(field -> assertThat(Mutation.of(field)).describedAs(field.path()).isNotEmpty());
  }

  @Test
  void whatCannotBeSatisfiedIsAskedOfFieldsThatExist() {
    assertThat(Field.all().stream().map(Field::path))
        .contains(
            Values.UNSATISFIABLE.properties().stream()
                .map(Map.Entry::getKey)
                .toArray(String[]::new));
  }
}
