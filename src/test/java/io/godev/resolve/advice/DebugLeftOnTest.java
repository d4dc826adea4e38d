package io.godev.resolve.advice;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.plan.Environments;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DebugLeftOnTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  @Test
  void itSpeaksAfterADay() {
    assertThat(said("debug: {mode: Delve}", NOW.minus(Duration.ofDays(1)))).isPresent();
    assertThat(said("debug: {mode: Delve}", NOW.minus(Duration.ofDays(9)))).isPresent();
  }

  @Test
  void itIsSilentBeforeAndWithoutADebugger() {
    assertThat(said("debug: {mode: Delve}", NOW.minus(Duration.ofHours(23)))).isEmpty();
    assertThat(said("debug: {mode: Delve}", null)).isEmpty();
    assertThat(said("debug: {mode: 'Off'}", NOW.minus(Duration.ofDays(9)))).isEmpty();
  }

  private static Optional<Advice> said(String spec, Instant since) {
    return new DebugLeftOn()
        .check(
            Situation.of(Environments.resolved(Environments.environment(spec)), NOW)
                .debuggingSince(since));
  }
}
