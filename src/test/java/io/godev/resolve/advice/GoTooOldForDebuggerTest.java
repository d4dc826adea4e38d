package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoTooOldForDebuggerTest {
  private final Verdicts verdicts = new Verdicts(new GoTooOldForDebugger());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "go: {version: '1.24'}\ndebug: {mode: Delve}",
        "go: {version: '1.24.9'}\ndebug: {mode: Delve}",
        "go: {version: '1.9'}\ndebug: {mode: Delve}",
        "go: {version: '1.2'}\ndebug: {mode: Delve}"
      })
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Running",
        "debug: {mode: Delve}",
        "go: {version: '1.24'}",
        "go: {version: '1.24'}\ndebug: {mode: 'Off'}",
        "go: {version: '1.25'}\ndebug: {mode: Delve}",
        "go: {version: '1.26.1'}\ndebug: {mode: Delve}",
        "go: {version: '1.24', image: 'registry.example.com/go:7'}\ndebug: {mode: Delve}"
      })
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
