package io.godev.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.godev.cli.check.Finding.Level;
import io.godev.matrix.Field;
import io.godev.matrix.Mutation;
import io.godev.resolve.advice.AdmissionCel;
import io.godev.resolve.advice.AdviceRule;
import io.godev.resolve.advice.AdviceRules;
import io.godev.resolve.advice.SpecRule;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The warnings of the API server are the advice of godev lint, but for the rules that CEL has not.
 */
class AdvicePolicyTest {
  private static final List<JsonNode> MANIFESTS = manifests();
  private static final List<JsonNode> VALIDATIONS =
      List.copyOf(MANIFESTS.get(0).at("/spec/validations").findParents("expression"));
  private static final Checker LINT = new Checker(new OperatorOptions(), null);

  private static Stream<Path> specs() throws IOException {
    try (var samples = Files.list(Path.of("samples"));
        var golden = Files.walk(Path.of("src/test/resources/golden"))) {
      return Stream.concat(samples, golden)
          .filter(
              file -> file.toString().matches("samples/.*[.]yaml|.*/in-GoDevEnvironment[.]yaml"))
          .filter(file -> read(file).contains("kind: GoDevEnvironment"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void aSpecGetsTheWarningsThatItGetsAsAdvice(Path file) {
    // When
    var linted = lint(read(file));

    // Then
    assertThat(linted).isEqualTo(warnings(AdmissionCel.object(read(file))));
  }

  @Test
  void soDoesEveryMutationThatIsAccepted() {
    Set<String> seen = new HashSet<>();
    int compared = 0;
    for (var field : Field.all()) {
      for (var mutation : Mutation.of(field)) {
        // When
        var linted = lint(mutation.environment().toString());

        // Then
        if (linted != null) {
          assertThat(linted)
              .describedAs("%s", mutation)
              .isEqualTo(warnings(Checker.withoutNulls(mutation.environment())));
          seen.addAll(linted);
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(500);
    assertThat(seen).hasSizeGreaterThanOrEqualTo(5);
  }

  @Test
  void itWarnsAndNeverRefuses() {
    assertThat(VALIDATIONS)
        .hasSize((int) AdviceRules.ALL.stream().filter(SpecRule.class::isInstance).count());
    assertThat(MANIFESTS.get(0).at("/spec/failurePolicy").asText()).isEqualTo("Ignore");
    assertThat(MANIFESTS.get(1).at("/spec/validationActions")).hasToString("[\"Warn\"]");
  }

  private static List<String> warnings(JsonNode object) {
    return VALIDATIONS.stream()
        .filter(validation -> !AdmissionCel.isTrue(validation.path("expression").asText(), object))
        .map(validation -> validation.path("message").asText())
        .sorted()
        .toList();
  }

  // null for what is refused
  private static List<String> lint(String text) {
    var input = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    var document = Documents.read(List.of("-"), input).get(0);
    var findings = LINT.check(document).findings();
    if (findings.stream().anyMatch(finding -> finding.level() == Level.Violation)) {
      return null;
    }
    assertThat(findings).noneMatch(finding -> rule(finding.rule()).needsTheCluster());
    return findings.stream()
        .filter(finding -> rule(finding.rule()) instanceof SpecRule)
        .map(finding -> finding.sentence() + " [" + finding.rule() + "]")
        .sorted()
        .toList();
  }

  private static AdviceRule rule(String name) {
    return AdviceRules.ALL.stream()
        .filter(rule -> rule.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<JsonNode> manifests() {
    try (MappingIterator<JsonNode> documents =
        new YAMLMapper()
            .readerFor(JsonNode.class)
            .readValues(new File("deploy/manifests/advice.yaml"))) {
      return documents.readAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
