package io.godev.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Build;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.BuildResult;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Startup;
import io.javaoperatorsdk.operator.api.monitoring.Metrics.ControllerExecution;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OperatorMetricsTest {
  private static final Build GOOD = build("2026-01-01T12:00:00Z", BuildResult.Succeeded);
  private static final Build BAD = build("2026-01-01T12:05:00Z", BuildResult.Failed);
  private static final Startup COMING =
      new Startup("2026-01-01T12:00:00Z", 0.0, 1.0, 0.5, null, null, null, null);
  private static final Startup COME =
      new Startup("2026-01-01T12:00:00Z", 0.0, 1.0, 0.5, 2.0, 6.5, 1.0, 11.0);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final OperatorMetrics metrics = new OperatorMetrics(registry);

  @Test
  void aBuildIsCountedOnceByItsResult() {
    // When
    metrics.written(null, status(GOOD, null));
    metrics.written(status(GOOD, null), status(GOOD, null));
    metrics.written(status(GOOD, null), status(BAD, null));

    // Then
    assertThat(registry.scrape())
        .contains("godev_builds_total{result=\"succeeded\",} 1.0")
        .contains("godev_builds_total{result=\"failed\",} 1.0");
  }

  @Test
  void aStartIsTimedOnceWhenItIsComplete() {
    // When
    metrics.written(null, status(null, COMING));
    metrics.written(status(null, COMING), status(null, COME));
    metrics.written(status(null, COME), status(GOOD, COME));

    // Then
    assertThat(registry.scrape())
        .contains("godev_startup_seconds_count{phase=\"total\",} 1.0")
        .contains("godev_startup_seconds_sum{phase=\"build\",} 6.5")
        .contains("godev_startup_seconds_bucket{phase=\"build\",le=\"5.0\",} 0.0")
        .contains("godev_startup_seconds_bucket{phase=\"build\",le=\"10.0\",} 1.0");
  }

  @Test
  void aPassThatFailsIsTimedAsSuchAndItsCauseNamed() throws Exception {
    // Given
    var failure = new RuntimeException(new java.io.IOException("gone"));

    // When
    metrics.timeControllerExecution(execution(() -> "done"));
    assertThatThrownBy(
            () ->
                metrics.timeControllerExecution(
                    execution(
                        () -> {
                          throw failure;
                        })))
        .isSameAs(failure);
    metrics.failedReconciliation(new GoDevEnvironment(), failure, Map.of());

    // Then
    assertThat(registry.scrape())
        .contains("godev_reconciliations_seconds_count{outcome=\"succeeded\",} 1.0")
        .contains("godev_reconciliations_seconds_count{outcome=\"failed\",} 1.0")
        .contains("godev_reconciliation_errors_total{error=\"IOException\",} 1.0");
  }

  @Test
  void whatTheOperatorKnowsIsAskedForAtEachScrape() {
    // Given
    var fresh = new GoDevEnvironment();
    var ready = environment(Condition.Status.True, "Running");
    var broken = environment(Condition.Status.False, "BuildFailed");

    // When
    metrics.show(() -> true, () -> 2, () -> Stream.of(fresh, ready, ready, broken));

    // Then
    assertThat(registry.scrape())
        .contains("godev_leading 1.0")
        .contains("godev_environments_stuck 2.0")
        .contains("godev_environments{ready=\"Unknown\",reason=\"New\",} 1.0")
        .contains("godev_environments{ready=\"True\",reason=\"Running\",} 2.0")
        .contains("godev_environments{ready=\"False\",reason=\"BuildFailed\",} 1.0");
  }

  private static GoDevEnvironment environment(Condition.Status ready, String reason) {
    var environment = new GoDevEnvironment();
    environment.setStatus(
        new GoDevEnvironmentStatus(
            1L,
            List.of(new Condition(ConditionType.Ready, ready, reason, "", 1L, "")),
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
    return environment;
  }

  private static GoDevEnvironmentStatus status(Build build, Startup startup) {
    return new GoDevEnvironmentStatus(
        1L, null, null, null, null, null, startup, build, null, null, null, null, null, null, null);
  }

  private static Build build(String time, BuildResult result) {
    return new Build(result, time, 1.0, ".", null, null, null);
  }

  private static ControllerExecution<String> execution(Callable<String> action) {
    return new ControllerExecution<>() {
      @Override
      public String name() {
        return "reconcile";
      }

      @Override
      public String controllerName() {
        return "godev-operator";
      }

      @Override
      public String successTypeName(String result) {
        return result;
      }

      @Override
      public ResourceID resourceID() {
        return new ResourceID("shop", "team");
      }

      @Override
      public Map<String, Object> metadata() {
        return Map.of();
      }

      @Override
      public String execute() throws Exception {
        return action.call();
      }
    };
  }
}
