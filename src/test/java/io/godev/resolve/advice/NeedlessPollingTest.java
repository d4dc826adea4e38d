package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeedlessPollingTest {
  private final Verdicts verdicts = new Verdicts(new NeedlessPolling());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "source: {sync: {}}\nreload: {watch: Poll}",
        "source: {git: {url: 'https://git.example.com/shop.git'}}\nreload: {watch: Poll, mode: OnChange}"
      })
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Running",
        "source: {sync: {}}",
        "source: {sync: {}}\nreload: {watch: Notify}",
        "source: {sync: {}}\nreload: {watch: Poll, mode: 'Off'}",
        "source: {claim: {name: code}}\nreload: {watch: Poll}",
        "reload: {watch: Poll}"
      })
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
