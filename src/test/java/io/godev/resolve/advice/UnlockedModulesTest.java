package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnlockedModulesTest {
  private final Verdicts verdicts = new Verdicts(new UnlockedModules());

  @ParameterizedTest
  @ValueSource(strings = {"go: {modules: {lock: Update}}"})
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mode: Running", "go: {modules: {}}", "go: {modules: {lock: ReadOnly}}"})
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
