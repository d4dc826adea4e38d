package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostFolderIsReadTest {
  private final Verdicts verdicts = new Verdicts(new HostFolderIsRead());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "source: {hostPath: {path: '/mnt/wsl/shop'}}",
        "source: {hostPath: {path: 'C:\\Users\\me\\shop'}}"
      })
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mode: Running", "source: {sync: {}}", "source: {claim: {name: code}}"})
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
