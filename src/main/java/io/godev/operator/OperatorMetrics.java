package io.godev.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Startup;
import io.godev.reconcile.Reports;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What the operator counts and times.
 *
 * <p>The framework's own Micrometer support has the number of the attempt as a label, of which
 * there is no end here.
 */
final class OperatorMetrics implements Metrics, Reports {
  private static final Duration[] PASSES =
      millis(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 15_000);
  private static final Duration[] PHASES =
      millis(1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000);

  private final PrometheusMeterRegistry registry;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();

  OperatorMetrics(PrometheusMeterRegistry registry) {
    this.registry = registry;
    gauge("godev.reconciliations.waiting", "Environments that wait for a thread", waiting::get);
    gauge("godev.reconciliations.running", "Environments that are reconciled", running::get);
    // a series that comes with the first failure shows no increase
    for (var result : GoDevEnvironmentStatus.BuildResult.values()) {
      builds(result);
    }
  }

  /** Shows what the operator knows about itself. */
  void show(BooleanSupplier leading, IntSupplier stuck, Supplier<Stream<GoDevEnvironment>> all) {
    gauge(
        "godev.leading",
        "1 on the replica that works, 0 on others",
        () -> leading.getAsBoolean() ? 1 : 0);
    gauge(
        "godev.environments.stuck",
        "Environments whose spec waits for more than two minutes",
        stuck::getAsInt);
    new EnvironmentsByState(all).register(registry.getPrometheusRegistry());
  }

  @Override
  public void reconcileCustomResource(
      HasMetadata resource, RetryInfo retry, Map<String, Object> metadata) {
    waiting.incrementAndGet();
  }

  @Override
  public void reconciliationExecutionStarted(HasMetadata resource, Map<String, Object> metadata) {
    waiting.decrementAndGet();
    running.incrementAndGet();
  }

  @Override
  public void reconciliationExecutionFinished(HasMetadata resource, Map<String, Object> metadata) {
    running.decrementAndGet();
  }

  @Override
  public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
    var start = System.nanoTime();
    var outcome = "failed";
    try {
      var result = execution.execute();
      outcome = "succeeded";
      return result;
    } finally {
      passed(outcome, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  void passed(String outcome, Duration time) {
    Timer.builder("godev.reconciliations")
        .description("Passes of the reconciler, by outcome; a failed one is tried again")
        .tag("outcome", outcome)
        .serviceLevelObjectives(PASSES)
        .register(registry)
        .record(time);
  }

  @Override
  public void failedReconciliation(
      HasMetadata resource, Exception exception, Map<String, Object> metadata) {
    Throwable cause = exception;
    while (cause.getCause() != null && cause instanceof RuntimeException) {
      cause = cause.getCause();
    }
    Counter.builder("godev.reconciliation.errors")
        .description("Failed passes, by the error's class")
        .tag("error", cause.getClass().getSimpleName())
        .register(registry)
        .increment();
  }

  @Override
  public void written(GoDevEnvironmentStatus before, GoDevEnvironmentStatus after) {
    var build = after.build();
    if (build != null && (before == null || !build.equals(before.build()))) {
      builds(build.result()).increment();
    }
    if (isComplete(after.startup())
        && !(before != null
            && isComplete(before.startup())
            && Objects.equals(before.startup().startedAt(), after.startup().startedAt()))) {
      started(after.startup());
    }
  }

  private void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).strongReference(true).register(registry);
  }

  private static boolean isComplete(Startup startup) {
    return startup != null && startup.total() != null;
  }

  private void started(Startup startup) {
    phase("scheduled", startup.scheduled());
    phase("imagePulled", startup.imagePulled());
    phase("source", startup.source());
    phase("modules", startup.modules());
    phase("build", startup.build());
    phase("ready", startup.ready());
    phase("total", startup.total());
  }

  private void phase(String phase, Double seconds) {
    if (seconds != null) {
      Timer.builder("godev.startup")
          .description("Starts of environments that became ready, by phase as in status.startup")
          .tag("phase", phase)
          .serviceLevelObjectives(PHASES)
          .register(registry)
          .record(Duration.ofMillis(Math.round(seconds * 1_000)));
    }
  }

  private Counter builds(GoDevEnvironmentStatus.BuildResult result) {
    return Counter.builder("godev.builds")
        .description("Builds that ended, as they are reported in status.build")
        .tag("result", result.name().toLowerCase(Locale.ROOT))
        .register(registry);
  }

  private static Duration[] millis(long... values) {
    return Arrays.stream(values).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }
}
