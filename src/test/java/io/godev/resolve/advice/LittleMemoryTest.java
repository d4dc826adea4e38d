package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LittleMemoryTest {
  private final Verdicts verdicts = new Verdicts(new LittleMemory());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resources: {limits: {memory: 511Mi}}",
        "resources: {limits: {memory: 256Mi}}",
        "resources: {limits: {memory: 16777216}}",
        "resources: {limits: {memory: 0.4Gi}}",
        "resources: {limits: {memory: 536870911}}"
      })
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Running",
        "resources: {}",
        "resources: {limits: {memory: 512Mi}}",
        "resources: {limits: {memory: 1Gi}}",
        "resources: {limits: {memory: 536870912}}",
        "resources: {requests: {memory: 64Mi}}",
        "resources: {requests: {memory: 8Gi}}",
        "resources: {limits: {cpu: 1}}"
      })
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
