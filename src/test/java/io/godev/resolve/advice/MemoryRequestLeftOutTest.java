package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryRequestLeftOutTest {
  private final Verdicts verdicts = new Verdicts(new MemoryRequestLeftOut());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resources: {limits: {memory: 2Gi}}",
        "resources: {limits: {memory: 1025Mi}}",
        "resources: {requests: {cpu: 1}, limits: {memory: 8Gi}}"
      })
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Running",
        "resources: {limits: {memory: 1Gi}}",
        "resources: {limits: {memory: 512Mi}}",
        "resources: {requests: {memory: 1Gi}, limits: {memory: 8Gi}}",
        "resources: {requests: {memory: 8Gi}}"
      })
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
