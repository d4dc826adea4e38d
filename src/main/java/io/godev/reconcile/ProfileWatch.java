package io.godev.reconcile;

import static java.net.HttpURLConnection.HTTP_FORBIDDEN;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.resolve.profile.Choice;
import io.godev.resolve.profile.KnownProfiles;
import io.godev.resolve.profile.Profiles;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The profiles of the cluster and the labels of its namespaces, watched.
 *
 * <p>Where the operator may not see them, as in an installation for some namespaces, there are
 * none.
 */
public final class ProfileWatch implements Profiles, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProfileWatch.class);
  private static final long PATIENCE_SECONDS = 30;
  private static final ListOptions ONE = new ListOptionsBuilder().withLimit(1L).build();

  private final KubernetesClient client;
  private volatile Runnable listener = () -> {};
  private volatile SharedIndexInformer<GoDevProfile> profiles;
  private volatile SharedIndexInformer<Namespace> namespaces;

  public ProfileWatch(KubernetesClient client) {
    this.client = client;
  }

  /** Who is told when an environment may go by another profile, or by one that changed. */
  public void onChange(Runnable listener) {
    this.listener = listener;
  }

  /**
   * Begins to watch, and returns when everything is known.
   *
   * @param required whether it is an error that they may not be seen
   * @return whether there are profiles to go by
   * @throws IllegalStateException if the API server does not say, or refuses where it must not:
   *     without them, limits that somebody set would be passed over in silence
   */
  public boolean start(boolean required) {
    var refusal = refusal();
    if (refusal.isPresent() && required) {
      throw new IllegalStateException(
          "profiles and namespaces cannot be seen; apply the definitions and the ClusterRole of this release, or set"
              + " GODEV_NAMESPACES for an operator without profiles: "
              + refusal.get());
    }
    if (refusal.isPresent()) {
      LOG.info("profiles cannot be seen, so environments go by none");
      return false;
    }
    namespaces = informer(client.namespaces());
    profiles = informer(client.resources(GoDevProfile.class));
    await(namespaces);
    await(profiles);
    return true;
  }

  @Override
  public Choice choose(String namespace, GoDevEnvironmentSpec written) {
    return profiles == null
        ? withoutAny(written)
        : new KnownProfiles(profiles.getStore().list(), this::labels).choose(namespace, written);
  }

  @Override
  public void close() {
    Optional.ofNullable(profiles).ifPresent(SharedIndexInformer::stop);
    Optional.ofNullable(namespaces).ifPresent(SharedIndexInformer::stop);
  }

  private Choice withoutAny(GoDevEnvironmentSpec written) {
    return new KnownProfiles(List.of(), namespace -> Map.of()).choose("", written);
  }

  private Map<String, String> labels(String namespace) {
    return Optional.ofNullable(namespaces.getStore().getByKey(namespace))
        .map(found -> found.getMetadata().getLabels())
        .orElse(Map.of());
  }

  // an informer would ask for ever
  private Optional<String> refusal() {
    try {
      client.resources(GoDevProfile.class).list(ONE);
      client.namespaces().list(ONE);
      return Optional.empty();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HTTP_FORBIDDEN || e.getCode() == HTTP_NOT_FOUND) {
        return Optional.of(e.getMessage());
      }
      throw e;
    }
  }

  private <T extends HasMetadata> SharedIndexInformer<T> informer(Informable<T> kind) {
    return kind.runnableInformer(0)
        .itemStore(new SlimStore<>())
        .exceptionHandler((started, failure) -> true)
        .addEventHandler(
            new ResourceEventHandler<>() {
              @Override
              public void onAdd(T object) {
                listener.run();
              }

              @Override
              public void onUpdate(T before, T object) {
                if (isNews(before, object)) {
                  listener.run();
                }
              }

              @Override
              public void onDelete(T object, boolean unknown) {
                listener.run();
              }
            });
  }

  private static boolean isNews(HasMetadata before, HasMetadata now) {
    return !Objects.equals(before.getMetadata().getGeneration(), now.getMetadata().getGeneration())
        || !Objects.equals(before.getMetadata().getLabels(), now.getMetadata().getLabels());
  }

  private static void await(SharedIndexInformer<?> informer) {
    try {
      informer.start().toCompletableFuture().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw new IllegalStateException(
          e.getCause() instanceof TimeoutException
              ? "the profiles were not known after " + PATIENCE_SECONDS + " s"
              : "the profiles cannot be known: " + e.getCause().getMessage(),
          e);
    }
  }
}
