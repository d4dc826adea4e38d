package io.godev.cli.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgeTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "119, 119s",
    "120, 2m",
    "7199, 119m",
    "7200, 2h",
    "172799, 47h",
    "172800, 2d",
    "8640000, 100d",
    "-5, 0s",
  })
  void agesAreAsKubectlSaysThem(long seconds, String age) {
    assertThat(Age.of(Duration.ofSeconds(seconds))).isEqualTo(age);
  }

  @Test
  void aTimeThatIsNoneHasNoAge() {
    assertThat(Age.of("2026-01-01T11:00:00Z", NOON)).isEqualTo("60m");
    assertThat(Age.of("2026-01-01T11:59:18.123456Z", NOON)).isEqualTo("41s");
    assertThat(Age.of(null, NOON)).isEmpty();
    assertThat(Age.of("yesterday", NOON)).isEmpty();
  }
}
