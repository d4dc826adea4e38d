package io.godev.resolve.advice;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.plan.Environments;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoReleaseOlderThanModuleTest {
  @ParameterizedTest
  @CsvSource({
    "go 1.27, 1.26",
    "go 1.27.0, 1.26.9",
    "go 1.26.3, 1.26.2",
    "go 1.27 // for its new library, 1.26",
    "go 1.100, 1.99",
  })
  void itSpeaks(String line, String version) {
    assertThat(said(line, "go: {version: '" + version + "'}"))
        .hasValueSatisfying(
            advice -> assertThat(advice.message()).contains(line, "it is " + version));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "go 1.26 | go: {version: '1.26'}",
        "go 1.26.3 | go: {version: '1.26'}",
        "go 1.9 | go: {version: '1.26'}",
        "go 1.26 | mode: Running",
        "go 1.27 | go: {image: registry.example.com/go:1}",
        "// go 1.99 | mode: Running",
        "module 1.99 | mode: Running",
        "go 1.99999999999 | mode: Running",
        "go 99999999999.1 | mode: Running",
      })
  void itIsSilent(String line, String spec) {
    assertThat(said(line, spec)).isEmpty();
  }

  private static Optional<Advice> said(String line, String spec) {
    var source = "source: {files: {go.mod: \"module m\\n\\n" + line + "\\n\"}}\n";
    return new GoReleaseOlderThanModule()
        .check(
            Situation.of(
                Environments.resolved(Environments.environment(source + spec)), Instant.EPOCH));
  }
}
