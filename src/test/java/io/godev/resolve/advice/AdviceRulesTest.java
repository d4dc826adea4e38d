package io.godev.resolve.advice;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.plan.Environments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AdviceRulesTest {
  private static final Path CODE = Path.of("src/main/java/io/godev/resolve/advice");
  private static final Path TESTS = Path.of("src/test/java/io/godev/resolve/advice");

  @Test
  void everyRuleIsInTheListAndHasATest() throws IOException {
    // Given
    try (var files = Files.list(CODE)) {
      var rules =
          files
              .filter(file -> read(file).contains("class") && isRule(read(file)))
              .map(file -> file.getFileName().toString().replace(".java", ""))
              .toList();

      // Then
      assertThat(AdviceRules.ALL.stream().map(AdviceRule::name))
          .containsExactlyInAnyOrderElementsOf(rules)
          .allSatisfy(rule -> assertThat(TESTS.resolve(rule + "Test.java")).exists());
    }
  }

  @Test
  void wordsNameTheFieldOnceAndFitIntoAWarning() {
    assertThat(AdviceRules.ALL)
        .allSatisfy(
            rule -> {
              var about = rule.about();
              assertThat(about.field()).startsWith("spec.");
              assertThat(about.message()).doesNotEndWith(".").doesNotContain("\n");
              assertThat(about.remedy()).doesNotEndWith(".").doesNotContain("\n");
              assertThat(about.observation()).endsWith(".");
              // https://kubernetes.io/blog/2020/09/03/warnings/: 4 KiB for all warnings of a
              // request
              assertThat(rule.advice().toString()).hasSizeLessThan(400);
            });
  }

  @Test
  void theSimplestEnvironmentGetsNoAdvice() {
    var environment = Environments.resolved(Environments.environment("mode: Running"));
    assertThat(AdviceRules.of(Situation.of(environment, Instant.EPOCH))).isEmpty();
  }

  private static boolean isRule(String code) {
    return code.contains(" implements AdviceRule {") || code.contains(" implements SpecRule {");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
