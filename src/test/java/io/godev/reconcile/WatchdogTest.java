package io.godev.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.HandClock;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.plan.Environments;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WatchdogTest {
  private final HandClock clock = new HandClock();
  private final GoDevEnvironment environment = Environments.environment("");
  private final Watchdog watchdog = new Watchdog(() -> Stream.of(environment), clock);

  @Test
  void aSpecThatIsNotTakenUpForTwoMinutesIsStuck() {
    // Then
    assertThat(watchdog.stuck()).isEmpty();
    clock.pass(Duration.ofMinutes(2));
    assertThat(watchdog.stuck()).isEmpty();
    clock.pass(Duration.ofSeconds(1));
    assertThat(watchdog.stuck()).containsExactly("team/shop");
  }

  @Test
  void aSpecThatIsTakenUpIsNot() {
    // Given
    watchdog.stuck();

    // When
    observe(1L);
    clock.pass(Duration.ofHours(1));

    // Then
    assertThat(watchdog.stuck()).isEmpty();
  }

  @Test
  void everyGenerationHasItsOwnTwoMinutes() {
    // Given
    watchdog.stuck();
    clock.pass(Duration.ofSeconds(100));

    // When
    observe(1L);
    environment.getMetadata().setGeneration(2L);

    // Then
    assertThat(watchdog.stuck()).isEmpty();
    clock.pass(Duration.ofSeconds(100));
    assertThat(watchdog.stuck()).isEmpty();
    clock.pass(Duration.ofSeconds(30));
    assertThat(watchdog.stuck()).containsExactly("team/shop");
  }

  private void observe(Long generation) {
    environment.setStatus(
        new GoDevEnvironmentStatus(
            generation,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null));
  }
}
