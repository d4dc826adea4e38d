package io.godev.reconcile;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.plan.HostVolume;
import io.godev.plan.Names;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the volumes of folders whose claim or environment is gone. A volume has no namespace, and
 * so no environment for its owner that would take it along.
 *
 * <p>The folder stays as it is: the volume only shows it.
 */
public final class HostVolumes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostVolumes.class);
  // what could not be removed is tried again
  private static final Duration RESYNC = Duration.ofMinutes(1);
  // its claim was there and is not any more; nothing binds such a volume again
  private static final Set<String> LEFT = Set.of("Released", "Failed");

  private final KubernetesClient client;
  private final SharedIndexInformer<PersistentVolume> informer;

  public HostVolumes(KubernetesClient client) {
    this.client = client;
    this.informer =
        client
            .persistentVolumes()
            .withLabel(Names.MANAGED_BY, Names.OPERATOR)
            .runnableInformer(RESYNC.toMillis())
            .itemStore(new SlimStore<>())
            .exceptionHandler((started, failure) -> true)
            .addEventHandler(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(PersistentVolume volume) {
                    removeIfLeft(volume);
                  }

                  @Override
                  public void onUpdate(PersistentVolume before, PersistentVolume volume) {
                    removeIfLeft(volume);
                  }

                  @Override
                  public void onDelete(PersistentVolume volume, boolean unknown) {}
                });
  }

  /** Begins to watch, now and for good. */
  public void start() {
    informer.start();
  }

  @Override
  public void close() {
    informer.stop();
  }

  void removeIfLeft(PersistentVolume volume) {
    try {
      if (volume.getMetadata().getDeletionTimestamp() == null && isLeft(volume)) {
        client
            .resource(volume)
            .lockResourceVersion(volume.getMetadata().getResourceVersion())
            .delete();
        LOG.info("deleted PersistentVolume name={}", volume.getMetadata().getName());
      }
    } catch (KubernetesClientException e) {
      if (!Applier.isOutdated(e)) {
        LOG.warn(
            "the volume {} is left over and cannot be deleted, which is tried again: {}",
            volume.getMetadata().getName(),
            e.getMessage());
      }
    }
  }

  private boolean isLeft(PersistentVolume volume) {
    var phase = volume.getStatus() == null ? null : volume.getStatus().getPhase();
    return HostVolume.is(volume)
        && (LEFT.contains(Objects.requireNonNullElse(phase, ""))
            || "Available".equals(phase) && !hasEnvironment(volume));
  }

  private boolean hasEnvironment(PersistentVolume volume) {
    var labels = volume.getMetadata().getLabels();
    var environment =
        client
            .resources(GoDevEnvironment.class)
            .inNamespace(labels.get(HostVolume.NAMESPACE))
            .withName(labels.get(Names.ENVIRONMENT))
            .get();
    return environment != null
        && environment.getMetadata().getUid().equals(labels.get(HostVolume.UID));
  }
}
