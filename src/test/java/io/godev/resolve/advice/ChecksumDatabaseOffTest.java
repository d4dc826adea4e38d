package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumDatabaseOffTest {
  private final Verdicts verdicts = new Verdicts(new ChecksumDatabaseOff());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "go: {modules: {sumDatabase: 'off'}}",
        "go: {modules: {sumDatabase: 'off', private: [git.example.com/*]}}"
      })
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Running",
        "go: {}",
        "go: {modules: {}}",
        "go: {modules: {sumDatabase: sums.example.com}}",
        "go: {modules: {sumDatabase: 'off', private: ['*']}}",
        "go: {modules: {private: ['git.example.com/*']}}"
      })
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
