package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyncWithoutReloadTest {
  private final Verdicts verdicts = new Verdicts(new SyncWithoutReload());

  @ParameterizedTest
  @ValueSource(strings = {"source: {sync: {}}\nreload: {mode: 'Off'}"})
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Running",
        "source: {sync: {}}",
        "source: {sync: {}}\nreload: {mode: OnChange}",
        "source: {claim: {name: code}}\nreload: {mode: 'Off'}",
        "source: {sync: {}}\nreload: {watch: Poll}"
      })
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
