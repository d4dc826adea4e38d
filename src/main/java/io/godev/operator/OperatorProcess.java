package io.godev.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.godev.assess.Assessor;
import io.godev.plan.Planner;
import io.godev.reconcile.EnvironmentReconciler;
import io.godev.reconcile.Watchdog;
import io.godev.resolve.PlatformDefaults;
import io.godev.resolve.Resolver;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RuntimeInfo;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** The operator's life: what it is made of, its start and its stop. */
@Singleton
public class OperatorProcess {
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);
  private static final Duration RESYNC = Duration.ofMinutes(5);
  private static final Duration STOP_GRACE = Duration.ofSeconds(10);

  private final Operator operator;
  private final EnvironmentReconciler reconciler;
  private final Watchdog watchdog;

  OperatorProcess(KubernetesClient client, OperatorConfig config) {
    var defaults = new PlatformDefaults(config.runtimeImage(), config.goImage());
    requireThreads(config.reconcilerThreads());
    var clock = Clock.systemUTC();
    watchdog = new Watchdog(clock);
    reconciler =
        new EnvironmentReconciler(
            client,
            new Resolver(defaults),
            new Planner(defaults),
            new Assessor(clock),
            watchdog,
            clock);
    operator =
        new Operator(
            overrider ->
                overrider
                    .withKubernetesClient(client)
                    // Quarkus closes the client it made
                    .withCloseClientOnStop(false)
                    .withConcurrentReconciliationThreads(config.reconcilerThreads())
                    .withReconciliationTerminationTimeout(STOP_GRACE));
  }

  void start(@Observes StartupEvent event) {
    operator.register(
        reconciler,
        overrider ->
            overrider
                .withReconciliationMaxInterval(RESYNC)
                // by generation alone, an annotation would go unseen
                .withGenerationAware(false)
                .withOnUpdateFilter(EnvironmentReconciler::isForTheReconciler)
                .withRetry(
                    // the default gives up after five attempts
                    new GenericRetry()
                        .setInitialInterval(FIRST_RETRY)
                        .setIntervalMultiplier(2)
                        .setMaxInterval(LAST_RETRY.toMillis())
                        .withoutMaxAttempts()));
    operator.start();
  }

  void stop(@Observes ShutdownEvent event) {
    operator.stop();
  }

  List<String> stuck() {
    return watchdog.stuck();
  }

  private static void requireThreads(int threads) {
    if (threads < 1 || threads > 64) {
      throw new IllegalArgumentException(
          "GODEV_RECONCILER_THREADS must be from 1 to 64, and is " + threads);
    }
  }

  RuntimeInfo info() {
    return operator.getRuntimeInfo();
  }
}
