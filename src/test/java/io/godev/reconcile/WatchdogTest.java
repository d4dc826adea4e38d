package io.godev.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.plan.Environments;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WatchdogTest {
  private Instant now = Instant.parse("2026-01-01T12:00:00Z");
  private final GoDevEnvironment environment = Environments.environment("");
  private final Watchdog watchdog = new Watchdog(new Hands());

  @Test
  void aSpecThatIsNotTakenUpForTwoMinutesIsStuck() {
    // Given
    watchdog.watch(() -> Stream.of(environment));

    // Then
    assertThat(watchdog.stuck()).isEmpty();
    pass(Duration.ofMinutes(2));
    assertThat(watchdog.stuck()).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(watchdog.stuck()).containsExactly("team/shop");
  }

  @Test
  void aSpecThatIsTakenUpIsNot() {
    // Given
    watchdog.watch(() -> Stream.of(environment));
    watchdog.stuck();

    // When
    observe(1L);
    pass(Duration.ofHours(1));

    // Then
    assertThat(watchdog.stuck()).isEmpty();
  }

  @Test
  void everyGenerationHasItsOwnTwoMinutes() {
    // Given
    watchdog.watch(() -> Stream.of(environment));
    watchdog.stuck();
    pass(Duration.ofSeconds(100));

    // When
    observe(1L);
    environment.getMetadata().setGeneration(2L);

    // Then
    assertThat(watchdog.stuck()).isEmpty();
    pass(Duration.ofSeconds(100));
    assertThat(watchdog.stuck()).isEmpty();
    pass(Duration.ofSeconds(30));
    assertThat(watchdog.stuck()).containsExactly("team/shop");
  }

  private void observe(Long generation) {
    environment.setStatus(
        new GoDevEnvironmentStatus(generation, null, null, null, null, null, null, null));
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private final class Hands extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
