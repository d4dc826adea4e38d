package io.godev.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.plan.Environments;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LifecycleTest {
  @Test
  void theEndCountsFromTheCreationOrIsNamed() {
    // Given
    var counted = environment("expiry: {afterHours: 48}");
    counted.getMetadata().setCreationTimestamp("2026-01-01T12:00:00Z");
    var named = environment("expiry: {at: \"2026-06-30T18:00:00Z\"}");

    // Then
    assertThat(Lifecycle.expiresAt(counted, counted.getSpec()))
        .contains(Instant.parse("2026-01-03T12:00:00Z"));
    assertThat(Lifecycle.expiresAt(named, named.getSpec()))
        .contains(Instant.parse("2026-06-30T18:00:00Z"));
    assertThat(Lifecycle.expiresAt(environment(""), environment("").getSpec())).isEmpty();
  }

  @Test
  void oneWhoseEndWasOverWhenItWasMadeIsNotWarnedOfIt() {
    // Given
    var late = environment("expiry: {at: \"2026-01-01T11:00:00Z\"}");
    late.getMetadata().setCreationTimestamp("2026-01-01T12:00:00Z");
    var end = Instant.parse("2026-01-01T11:00:00Z");

    // Then
    assertThat(Lifecycle.warnsAt(late, end)).isEqualTo(end);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "tomorrow", "2026-13-01T00:00:00Z"})
  void aRequestToKeepItAwakeThatNobodyUnderstandsIsRefused(String value) {
    // Given
    var environment = environment("");
    environment.getMetadata().setAnnotations(Map.of("godev.io/keep-awake", value));

    // Then
    assertThat(Lifecycle.check(environment, environment.getSpec()))
        .singleElement()
        .satisfies(
            violation ->
                assertThat(violation.toString())
                    .startsWith("metadata.annotations[godev.io/keep-awake]: " + value)
                    .contains("neither true nor a time"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "true", "false", "2026-12-01T00:00:00Z"})
  void oneThatIsUnderstoodIsNot(String value) {
    // Given
    var environment = environment("");
    environment.getMetadata().setAnnotations(Map.of("godev.io/keep-awake", value));

    // Then
    assertThat(Lifecycle.check(environment, environment.getSpec())).isEmpty();
  }

  @Test
  void aDayThatNoCalendarHasIsRefused() {
    // Given
    var environment = environment("expiry: {at: \"2026-02-30T18:00:00Z\"}");

    // Then
    assertThat(new Resolver(Environments.DEFAULTS).resolve(environment))
        .isInstanceOfSatisfying(
            Resolution.Rejected.class,
            rejected ->
                assertThat(rejected.violations())
                    .singleElement()
                    .hasToString("spec.expiry.at: 2026-02-30T18:00:00Z is no day of the calendar"));
  }

  private static GoDevEnvironment environment(String spec) {
    return Environments.environment(spec);
  }
}
