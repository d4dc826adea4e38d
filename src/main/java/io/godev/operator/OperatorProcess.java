package io.godev.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.assess.Assessor;
import io.godev.plan.Planner;
import io.godev.reconcile.EnvironmentReconciler;
import io.godev.reconcile.HostVolumes;
import io.godev.reconcile.Nodes;
import io.godev.reconcile.ProfileReconciler;
import io.godev.reconcile.ProfileWatch;
import io.godev.reconcile.Watchdog;
import io.godev.reconcile.archive.ArchiveReconciler;
import io.godev.reconcile.fleet.FleetReconciler;
import io.godev.reconcile.report.CertificateSource;
import io.godev.reconcile.report.OwnCertificates;
import io.godev.reconcile.report.ReportEndpoint;
import io.godev.reconcile.report.SuppliedCertificates;
import io.godev.resolve.PlatformDefaults;
import io.godev.resolve.Resolver;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RuntimeInfo;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's life: what it is made of, its start, its stop, and the end of its leadership. */
@Singleton
public class OperatorProcess {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);
  private static final Duration RESYNC = Duration.ofMinutes(5);
  private static final Duration STOP_GRACE = Duration.ofSeconds(10);

  private final OperatorConfig config;
  private final OperatorClients clients;
  private final Leadership leadership;
  private final Operator operator;
  private final ReconcilerThreads threads;
  private final EnvironmentReconciler reconciler;
  private final FleetReconciler fleets;
  private final ArchiveReconciler archives;
  private final Watchdog watchdog;
  private final ReportEndpoint reports;
  private final Nodes nodes;
  private final HostVolumes hostVolumes;
  private final ProfileWatch profiles;

  OperatorProcess(
      Config cluster,
      KubernetesSerialization serialization,
      OperatorConfig config,
      PrometheusMeterRegistry registry,
      Vertx vertx) {
    this.config = OperatorConfig.checked(config);
    var clock = Clock.systemUTC();
    var fence = new Fence(Leadership.DEADLINE, clock, System::nanoTime);
    clients =
        new OperatorClients(
            cluster,
            serialization,
            new ApiRequests(registry),
            config.leaderElection() ? List.of(fence) : List.of());
    leadership = new Leadership(fence, clock);
    var metrics = new OperatorMetrics(registry);
    var host = config.reportHost().orElse("godev-operator." + namespace() + ".svc");
    reports =
        new ReportEndpoint(
            vertx,
            clients.reports(),
            config
                .reportCertificates()
                .<CertificateSource>map(SuppliedCertificates::new)
                .orElseGet(() -> new OwnCertificates(clients.reports(), namespace(), host, clock)),
            clock);
    var defaults =
        new PlatformDefaults(
            config.runtimeImage(),
            config.goImage(),
            "https://" + host + ":" + config.reportPort() + ReportEndpoint.PATH,
            config.hostPaths().orElse(List.of()));
    nodes = new Nodes(clients.reconciler());
    hostVolumes = new HostVolumes(clients.reconciler());
    profiles = new ProfileWatch(clients.reconciler());
    reconciler =
        new EnvironmentReconciler(
            clients.reconciler(),
            new Resolver(defaults, nodes, nodes::areForbidden, profiles),
            new Planner(defaults, reports::authorities),
            new Assessor(clock),
            metrics,
            clock);
    nodes.onChange(reconciler::platformChanged);
    profiles.onChange(reconciler::profilesChanged);
    fleets = new FleetReconciler(clients.reconciler(), clock);
    archives = new ArchiveReconciler(clients.reconciler(), defaults, clock);
    watchdog = new Watchdog(reconciler::environments, clock);
    threads = new ReconcilerThreads(config.reconcilerThreads());
    operator =
        new Operator(
            overrider ->
                overrider
                    .withKubernetesClient(clients.reconciler())
                    // the lease is given back after it
                    .withCloseClientOnStop(false)
                    .withMetrics(metrics)
                    .withExecutorService(threads)
                    .withReconciliationTerminationTimeout(STOP_GRACE));
    metrics.show(
        operator.getRuntimeInfo()::isStarted, () -> stuck().size(), reconciler::environments);
  }

  void start(@Observes StartupEvent event) {
    reports.open(
        config.reportPort(),
        failure -> {
          LOG.error("the operator could not start: {}", rootMessage(failure));
          Quarkus.asyncExit(1);
        });
    if (!config.leaderElection()) {
      lead();
      return;
    }
    leadership.seek(
        clients.lease(),
        namespace(),
        // the name of the pod: the same one after a restart of the container
        Optional.ofNullable(System.getenv("HOSTNAME")).orElse(UUID.randomUUID().toString()),
        this::lead,
        OperatorProcess::halt);
  }

  void stop(@Observes ShutdownEvent event) {
    operator.stop();
    nodes.close();
    hostVolumes.close();
    profiles.close();
    leadership.stop();
    reports.close();
    clients.close();
  }

  /** Whether another replica works, and this one could take over. */
  boolean isStandby() {
    return leadership.isStandby();
  }

  /** Whether the lease is still asked for, where it is needed. */
  boolean isElecting() {
    return !config.leaderElection() || leadership.isTrying();
  }

  List<String> stuck() {
    return watchdog.stuck();
  }

  RuntimeInfo info() {
    return operator.getRuntimeInfo();
  }

  private String namespace() {
    return Optional.ofNullable(clients.lease().getConfiguration().getNamespace()).orElse("default");
  }

  private void lead() {
    try {
      config
          .namespaces()
          .ifPresent(
              names ->
                  LOG.info(
                      "only environments and fleets of {} are looked after",
                      String.join(", ", names)));
      nodes.start();
      if (config.hostPaths().isPresent()) {
        hostVolumes.start();
      }
      if (profiles.start(config.namespaces().isEmpty())) {
        operator.register(new ProfileReconciler(), overrider -> overrider.withRetry(retry()));
      }
      operator.register(
          reconciler,
          overrider ->
              watched(overrider).withOnUpdateFilter(EnvironmentReconciler::isForTheReconciler));
      operator.register(
          fleets,
          overrider -> watched(overrider).withOnUpdateFilter(FleetReconciler::isForTheReconciler));
      operator.register(archives, this::watched);
      operator.start();
      threads.started();
    } catch (RuntimeException e) {
      LOG.error("the operator could not start: {}", rootMessage(e));
      Quarkus.asyncExit(1);
    }
  }

  // the default gives up after five attempts
  private static GenericRetry retry() {
    return new GenericRetry()
        .setInitialInterval(FIRST_RETRY)
        .setIntervalMultiplier(2)
        .setMaxInterval(LAST_RETRY.toMillis())
        .withoutMaxAttempts();
  }

  private <R extends HasMetadata> ControllerConfigurationOverrider<R> watched(
      ControllerConfigurationOverrider<R> overrider) {
    config.namespaces().ifPresent(overrider::settingNamespaces);
    return overrider
        .withReconciliationMaxInterval(RESYNC)
        // by generation alone, an annotation would go unseen
        .withGenerationAware(false)
        .withRetry(retry());
  }

  // what is still on its way must not be written; the container starts again, as a standby
  private static void halt() {
    LOG.error("another replica may lead from here on: this one ends");
    Runtime.getRuntime().halt(1);
  }

  private static String rootMessage(Throwable e) {
    while (e.getCause() != null) {
      e = e.getCause();
    }
    return e.toString();
  }
}
