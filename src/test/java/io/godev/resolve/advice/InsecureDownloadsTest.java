package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InsecureDownloadsTest {
  private final Verdicts verdicts = new Verdicts(new InsecureDownloads());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "go: {env: [{name: GOINSECURE, value: git.example.com}]}",
        "go: {env: [{name: CGO_ENABLED, value: '0'}, {name: GOINSECURE, value: '*'}]}"
      })
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Running",
        "go: {env: []}",
        "go: {env: [{name: GOINSECURE, value: ''}]}",
        "run: {env: [{name: GOINSECURE, value: '*'}]}"
      })
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
