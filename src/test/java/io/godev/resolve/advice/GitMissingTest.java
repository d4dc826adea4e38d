package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitMissingTest {
  private final Verdicts verdicts = new Verdicts(new GitMissing());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "go: {image: golang:1.26-alpine, modules: {private: [git.example.com/*]}}",
        "go: {image: golang:1.26-alpine, modules: {proxy: [direct]}}",
        "go: {image: golang:1.26-alpine, modules: {proxy: [direct, 'https://modules.example.com']}}"
      })
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Running",
        "go: {image: golang:1.26-alpine}",
        "go: {image: golang:1.26-alpine, modules: {proxy: ['https://modules.example.com', direct]}}",
        "go: {modules: {private: [git.example.com/*]}}",
        "go: {image: golang:1.26-alpine, modules: {private: []}}"
      })
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
