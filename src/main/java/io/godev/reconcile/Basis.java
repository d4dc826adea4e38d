package io.godev.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.resolve.Lifecycle;
import io.javaoperatorsdk.operator.api.reconciler.IndexedResourceCache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Objects;

/** Whether the environment that a pass was given is still what it goes by. */
interface Basis {

  /**
   * Whether it is there to be created for. What is missing of an environment that was reported on
   * may have gone with it, and the watch may tell of that first: then the API server is asked. A
   * new one costs nothing.
   */
  boolean isThere();

  /**
   * Whether it asks for the same, by the word of the API server. A watch may be behind, and a list
   * may be old; what is deleted by them is gone.
   */
  boolean isCurrent();

  /** The environment as it was seen. */
  static Basis of(
      GoDevEnvironment seen,
      IndexedResourceCache<GoDevEnvironment> cache,
      KubernetesClient client) {
    return new Basis() {
      @Override
      public boolean isThere() {
        return cache
                .get(ResourceID.fromResource(seen))
                .filter(environment -> isSame(environment, seen))
                .isPresent()
            && (seen.getStatus() == null || isCurrent());
      }

      @Override
      public boolean isCurrent() {
        var environment = client.resource(seen).get();
        return environment != null
            && isSame(environment, seen)
            && Objects.equals(
                environment.getMetadata().getGeneration(), seen.getMetadata().getGeneration())
            && Lifecycle.asked(environment).equals(Lifecycle.asked(seen));
      }
    };
  }

  private static boolean isSame(GoDevEnvironment one, GoDevEnvironment other) {
    return Objects.equals(one.getMetadata().getUid(), other.getMetadata().getUid());
  }
}
