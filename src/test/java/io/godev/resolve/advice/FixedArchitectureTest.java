package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FixedArchitectureTest {
  private final Verdicts verdicts = new Verdicts(new FixedArchitecture());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "go: {env: [{name: GOARCH, value: arm64}]}",
        "go: {env: [{name: GOOS, value: linux}, {name: GOARCH, value: amd64}]}"
      })
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Running",
        "go: {env: [{name: GOARCH, value: ''}]}",
        "go: {env: [{name: GOARM, value: '7'}]}"
      })
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
