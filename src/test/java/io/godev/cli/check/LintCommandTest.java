package io.godev.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.godev.cli.Ran;
import io.godev.cli.check.Finding.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LintCommandTest {
  private static final String ADVISED =
      """
      # what is allowed, and what somebody will regret
      apiVersion: godev.io/v1alpha1
      kind: GoDevEnvironment
      metadata:
        name: shop
      spec:
        source:
          sync: {}
        go:
          image: golang
        resources:
          limits:
            memory: 256Mi
      """;

  @TempDir private Path folder;

  @Test
  void noSampleAndNoGoldenCaseIsRefused() {
    // When
    var ran = Ran.godev("lint", "samples", "src/test/resources/golden", "-o", "yaml");

    // Then
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).doesNotContain("Violation");
  }

  @Test
  void adviceNamesItsLineAndFailsStrictCallsAlone() throws IOException {
    // Given
    var file = file("advised.yaml", ADVISED);

    // When
    var ran = Ran.godev("lint", file);
    var strict = Ran.godev("lint", "--strict", file);

    // Then
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains(file + ":10:5: Warning: spec.go.image: has no tag")
        .contains("[FloatingImage]")
        .contains(file + ":13:7: Warning: spec.resources.limits.memory: is under 512Mi");
    assertThat(ran.err())
        .isEqualToIgnoringNewLines("1 environment, 0 violations, 2 pieces of advice");
    assertThat(strict.code()).isEqualTo(1);
    assertThat(strict.out()).isEqualTo(ran.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "  source: {sync: {}}\\n  mod: Running | 7 | spec.mod | did you mean mode?",
        "  source: {sync: {}}\\n  debug:\\n    mode: Off | 8 | spec.debug.mode | in quotes",
        "  source: {sync: {}}\\n  go: {version: 1.26} | 7 | spec.go.version | in quotes",
        "  source: {}\\n | 6 | spec.source | must have exactly one of",
        "  source:\\n    files:\\n      go.mod: module m\\n      a: x\\n      a/b: z | 7 | spec.source.files | a is a file, and the folder of a/b",
        "  source: {sync: {}}\\n  go:\\n    env:\\n    - name: GOPROXY\\n      value: x | 9 | spec.go.env[0].name | use spec.go.modules.proxy",
        "  source: {sync: {}}\\n  source: {sync: {}} | 7 | spec.source | is there twice",
        "  source: {sync: {}}\\n  run:\\n    ports:\\n    - {name: a, containerPort: 1}\\n    - {name: a, containerPort: 2000} | 10 | spec.run.ports[1] | the same name",
        "  source: {module: {path: example.com/m}} | 6 | spec.source.module.version | Exact version of the module",
        "  mode: Running | 5 | spec.source | is missing",
      })
  void aViolationNamesItsLineAndItsField(String spec, int line, String field, String words)
      throws IOException {
    // Given
    var file =
        file(
            "shop.yaml",
            """
            apiVersion: godev.io/v1alpha1
            kind: GoDevEnvironment
            metadata:
              name: shop
            spec:
            %s
            """
                .formatted(spec.replace("\\n", "\n").replaceFirst("^ *", "  ")));

    // When
    var ran = Ran.godev("lint", "-o", "json", file);

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(List.of(new ObjectMapper().readValue(ran.out(), Finding[].class)))
        .anySatisfy(
            finding -> {
              assertThat(finding.level()).isEqualTo(Level.Violation);
              assertThat(finding.line()).isEqualTo(line);
              assertThat(finding.field()).isEqualTo(field);
              assertThat(finding.message() + finding.remedy()).contains(words);
            });
  }

  @Test
  void aWholeNumberWithAPointIsTheNumberThatIsSent() {
    // When
    var ran =
        Ran.godevWith(
            """
            apiVersion: godev.io/v1alpha1
            kind: GoDevEnvironment
            metadata: {name: shop}
            spec:
              source: {sync: {}}
              run:
                ports: [{name: http, containerPort: 8.08e3}]
                readiness: {tcpSocket: {port: 8080.0}}
            """,
            "lint",
            "-");

    // Then
    assertThat(ran.out()).isEmpty();
    assertThat(ran.code()).isZero();
  }

  @Test
  void whatIsNullIsNotThere() {
    // When
    var ran =
        Ran.godevWith(
            """
            apiVersion: godev.io/v1alpha1
            kind: GoDevEnvironment
            metadata: {name: shop}
            spec:
              go:
              source: {files: {go.mod: module m, main.go: package main, other.go: }}
            """,
            "lint",
            "-");

    // Then
    assertThat(ran.out()).isEmpty();
    assertThat(ran.code()).isZero();
  }

  @Test
  void environmentsOfAListAndOfAnAnchorHaveTheirLines() {
    // When
    var ran =
        Ran.godevWith(
            """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: godev.io/v1alpha1
              kind: GoDevEnvironment
              metadata: {name: one}
              spec: &spec
                source: {sync: {}}
                mode: Paused
            - apiVersion: godev.io/v1alpha1
              kind: GoDevEnvironment
              metadata: {name: two, labels: {debug: true}}
              spec: *spec
            """,
            "lint",
            "-");

    // Then
    assertThat(ran.out())
        .contains(
            "-:9:5: Violation: spec.mode: Paused is no value of it; write Running or Suspended")
        .contains("-:12:34: Violation: metadata.labels.debug: is no text");
    assertThat(ran.code()).isEqualTo(1);
  }

  @Test
  void annotationsOfWorkflowsAreEscaped() throws IOException {
    // Given
    var file = file("a,b.yaml", ADVISED.replace("sync: {}", "sync: {a: b}"));

    // When
    var ran = Ran.godev("lint", "-o", "github", file);

    // Then
    assertThat(ran.out().lines())
        .containsExactly(
            "::error file=%s,line=8,col=12,title=spec.source.sync.a::spec.source.sync.a: there is no such field; remove it: spec.source.sync has no fields"
                .formatted(file.replace(",", "%2C")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: [",
        "a: *nowhere",
        "kind: ConfigMap",
        "",
        "a: &a [*a]",
      })
  void whatCannotBeReadEndsWithCodeTwo(String text) throws IOException {
    // Given
    var file = file("bad.yaml", text);

    // When
    var ran = Ran.godev("lint", file);

    // Then
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("godev: " + file);
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void aFileThatIsNotThereEndsWithCodeTwo() {
    // When
    var ran = Ran.godev("lint", "nowhere.yaml");

    // Then
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("nowhere.yaml", "there is no such file");
  }

  private String file(String name, String text) throws IOException {
    var file = folder.resolve(name);
    Files.writeString(file, text);
    return file.toString();
  }
}
