package io.godev.reconcile;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.plan.HostVolume;
import io.godev.plan.Names;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The caches of what environments are made of.
 *
 * <p>Objects are found by label, not by owner: a claim outlives its environment and has no owner.
 */
public final class Children {
  /** Kinds other than the pod. */
  private static final List<Class<? extends HasMetadata>> KINDS =
      List.of(PersistentVolumeClaim.class, ConfigMap.class, Service.class, NetworkPolicy.class);

  /** Kinds that are watched only where folders of nodes may be shown. */
  private static final List<Class<? extends HasMetadata>> OF_HOST_FOLDERS =
      List.of(PersistentVolume.class);

  /**
   * How many objects are listed at once. With a limit the client asks for what is, and without one
   * for what any API server still has in its cache, which may be old.
   */
  public static final long LIST_LIMIT = 500;

  private Children() {}

  /**
   * One event source per kind, watching only what the operator made.
   *
   * @param hostPaths folders of the nodes that environments may show
   */
  static List<EventSource<?, GoDevEnvironment>> eventSources(
      EventSourceContext<GoDevEnvironment> context, List<String> hostPaths) {
    var kinds = hostPaths.isEmpty() ? KINDS.stream() : allKinds();
    return Stream.concat(Stream.of(Pod.class), kinds)
        .<EventSource<?, GoDevEnvironment>>map(kind -> eventSource(kind, context))
        .toList();
  }

  /** The cached pod of the environment, or null. */
  static Pod pod(GoDevEnvironment environment, Context<GoDevEnvironment> context) {
    return context
        .getSecondaryResourcesAsStream(Pod.class)
        .filter(
            pod ->
                pod.getMetadata().getName().equals(Names.pod(environment.getMetadata().getName())))
        .findFirst()
        .orElse(null);
  }

  /** The cached objects of the environment other than the pod. */
  static List<HasMetadata> objects(Context<GoDevEnvironment> context) {
    // a kind that is not watched has none
    return allKinds()
        .<HasMetadata>flatMap(kind -> context.getSecondaryResourcesAsStream(kind))
        .toList();
  }

  private static Stream<Class<? extends HasMetadata>> allKinds() {
    return Stream.concat(KINDS.stream(), OF_HOST_FOLDERS.stream());
  }

  /** Shows the next pass what this one created, should it come before the watch does. */
  @SuppressWarnings("unchecked")
  static void remember(HasMetadata created, Context<GoDevEnvironment> context) {
    var source =
        (InformerEventSource<HasMetadata, GoDevEnvironment>)
            context
                .eventSourceRetriever()
                .getEventSourceFor((Class<HasMetadata>) created.getClass());
    source.handleRecentResourceCreate(ResourceID.fromResource(created), created);
  }

  private static <T extends HasMetadata> InformerEventSource<T, GoDevEnvironment> eventSource(
      Class<T> kind, EventSourceContext<GoDevEnvironment> context) {
    var configuration =
        InformerEventSourceConfiguration.from(kind, GoDevEnvironment.class)
            .withName(HasMetadata.getKind(kind))
            .withLabelSelector(Names.MANAGED_BY + "=" + Names.OPERATOR)
            .withSecondaryToPrimaryMapper(Children::environment)
            .withItemStore(new SlimStore<>())
            .withInformerListLimit(LIST_LIMIT);
    if (!Namespaced.class.isAssignableFrom(kind)) {
      // it is in none of those that the operator may be confined to
      configuration.withWatchAllNamespaces();
    }
    return new InformerEventSource<>(configuration.build(), context);
  }

  private static Set<ResourceID> environment(HasMetadata object) {
    var labels = object.getMetadata().getLabels();
    var name = labels.get(Names.ENVIRONMENT);
    var namespace =
        object instanceof PersistentVolume
            ? labels.get(HostVolume.NAMESPACE)
            : object.getMetadata().getNamespace();
    return name == null || namespace == null ? Set.of() : Set.of(new ResourceID(name, namespace));
  }
}
