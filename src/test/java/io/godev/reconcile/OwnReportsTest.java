package io.godev.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.plan.Environments;
import org.junit.jupiter.api.Test;

class OwnReportsTest {
  private final OwnReports reports = new OwnReports();
  private final GoDevEnvironmentStatus written =
      new GoDevEnvironmentStatus(
          1L, null, "1.26", null, null, null, null, null, null, null, null, null, null, null, null);

  @Test
  void aStatusThatTheWatchDoesNotShowYetIsKnown() {
    // When
    reports.wrote(version("7"), written);

    // Then
    assertThat(reports.of(version("7"))).isEqualTo(written);
  }

  @Test
  void whatTheWatchShowsLaterCounts() {
    // Given
    reports.wrote(version("7"), written);

    // Then
    assertThat(reports.of(version("8"))).isNull();
    assertThat(reports.of(version("7"))).isNull();
  }

  @Test
  void aStatusThatMayNotHaveBeenWrittenIsForgotten() {
    // Given
    reports.wrote(version("7"), written);

    // When
    reports.forget(version("7"));

    // Then
    assertThat(reports.of(version("7"))).isNull();
  }

  private static GoDevEnvironment version(String resourceVersion) {
    var environment = Environments.environment("");
    environment.getMetadata().setResourceVersion(resourceVersion);
    return environment;
  }
}
