package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmallCacheTest {
  private final Verdicts verdicts = new Verdicts(new SmallCache());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "storage: {cache: {size: 512Mi}}",
        "storage: {cache: {size: 1023Mi}}",
        "storage: {cache: {size: 1G}}",
        "storage: {cache: {size: 16777216}}"
      })
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Running",
        "storage: {}",
        "storage: {cache: {}}",
        "storage: {cache: {size: 1Gi}}",
        "storage: {cache: {size: 5Gi}}",
        "storage: {workspace: {size: 100Mi}}"
      })
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
