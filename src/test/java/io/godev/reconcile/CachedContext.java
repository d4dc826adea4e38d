package io.godev.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.javaoperatorsdk.operator.api.config.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.IndexedResourceCache;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.api.reconciler.dependent.managed.ManagedWorkflowAndDependentResourceContext;
import io.javaoperatorsdk.operator.processing.event.EventSourceRetriever;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the framework hands to a pass: the caches, and whether the pass before failed. */
class CachedContext implements Context<GoDevEnvironment> {
  private final GoDevEnvironment environment;
  private final List<? extends HasMetadata> cached;
  private final boolean retry;

  CachedContext(GoDevEnvironment environment, List<? extends HasMetadata> cached, boolean retry) {
    this.environment = environment;
    this.cached = cached;
    this.retry = retry;
  }

  @Override
  public <R> Set<R> getSecondaryResources(Class<R> kind) {
    return cached.stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  @Override
  public Optional<RetryInfo> getRetryInfo() {
    return retry
        ? Optional.of(
            new RetryInfo() {
              @Override
              public int getAttemptCount() {
                return 1;
              }

              @Override
              public boolean isLastAttempt() {
                return false;
              }
            })
        : Optional.empty();
  }

  @Override
  public <R> Optional<R> getSecondaryResource(Class<R> kind, String eventSource) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ControllerConfiguration<GoDevEnvironment> getControllerConfiguration() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ManagedWorkflowAndDependentResourceContext managedWorkflowAndDependentResourceContext() {
    throw new UnsupportedOperationException();
  }

  @Override
  public EventSourceRetriever<GoDevEnvironment> eventSourceRetriever() {
    throw new UnsupportedOperationException();
  }

  @Override
  public KubernetesClient getClient() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ExecutorService getWorkflowExecutorService() {
    throw new UnsupportedOperationException();
  }

  @Override
  public GoDevEnvironment getPrimaryResource() {
    throw new UnsupportedOperationException();
  }

  @Override
  public IndexedResourceCache<GoDevEnvironment> getPrimaryCache() {
    return cacheOf(environment);
  }

  /** A cache of one environment, or of none. */
  static IndexedResourceCache<GoDevEnvironment> cacheOf(GoDevEnvironment environment) {
    return new IndexedResourceCache<>() {
      @Override
      public Optional<GoDevEnvironment> get(ResourceID id) {
        return Optional.ofNullable(environment)
            .filter(cached -> ResourceID.fromResource(cached).equals(id));
      }

      @Override
      public List<GoDevEnvironment> byIndex(String index, String key) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Stream<GoDevEnvironment> list(String namespace, Predicate<GoDevEnvironment> filter) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Stream<GoDevEnvironment> list(Predicate<GoDevEnvironment> filter) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Stream<ResourceID> keys() {
        throw new UnsupportedOperationException();
      }
    };
  }

  @Override
  public boolean isNextReconciliationImminent() {
    return false;
  }

  @Override
  public boolean isPrimaryResourceDeleted() {
    return false;
  }

  @Override
  public boolean isPrimaryResourceFinalStateUnknown() {
    return false;
  }
}
