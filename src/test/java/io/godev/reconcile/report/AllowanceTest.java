package io.godev.reconcile.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.HandClock;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AllowanceTest {
  private final HandClock clock = new HandClock();
  private final Allowance allowance = new Allowance(clock);

  @Test
  void aSenderMayReportTwentyTimesAtOnce() {
    assertThat(taken("a", 1000)).isEqualTo(20);
  }

  @Test
  void thenFiveTimesASecond() {
    // Given
    taken("a", 20);

    // When
    clock.pass(Duration.ofSeconds(1));

    // Then
    assertThat(taken("a", 1000)).isEqualTo(5);
  }

  @Test
  void whoWaitsDoesNotSaveUpMore() {
    // Given
    taken("a", 20);

    // When
    clock.pass(Duration.ofHours(1));

    // Then
    assertThat(taken("a", 1000)).isEqualTo(20);
  }

  @Test
  void oneSendersFloodIsNotAnothers() {
    // Given
    taken("a", 1000);

    // Then
    assertThat(taken("b", 1000)).isEqualTo(20);
  }

  private long taken(String sender, int times) {
    return IntStream.range(0, times).filter(i -> allowance.take(sender)).count();
  }
}
