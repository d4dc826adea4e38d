package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Ready;

import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.Storage;
import java.nio.file.Path;

/**
 * A storage class whose volumes begin with the caches of a first build, which takes most of the
 * time of a case, and is not what the cases are about.
 */
final class FilledCache implements AutoCloseable {
  private final Cluster cluster;
  private final StorageClass storageClass;

  private FilledCache(Cluster cluster, StorageClass storageClass) {
    this.cluster = cluster;
    this.storageClass = storageClass;
  }

  /** Builds an environment's program, and makes the class from its volume of caches. */
  static FilledCache by(Cluster cluster, Path file) {
    return by(cluster, cluster.read(file));
  }

  /** The same. */
  static FilledCache by(Cluster cluster, GoDevEnvironment first) {
    var environment = cluster.create(first);
    var name = environment.getMetadata().getName();
    cluster.await(name, Ready, True);
    var claim =
        cluster
            .client()
            .persistentVolumeClaims()
            .inNamespace(cluster.namespace())
            .withName(name + "-cache")
            .get();
    var volume =
        cluster.client().persistentVolumes().withName(claim.getSpec().getVolumeName()).get();
    var storageClass =
        cluster
            .client()
            .resource(
                new StorageClassBuilder()
                    .withNewMetadata()
                    .withName(cluster.namespace())
                    .endMetadata()
                    .withProvisioner("docker.io/hostpath")
                    .addToParameters("template", volume.getSpec().getHostPath().getPath())
                    .build());
    // one that a run left which was killed
    storageClass.delete();
    return new FilledCache(cluster, storageClass.create());
  }

  /** The environment with such a volume, unless it has wishes of its own. */
  GoDevEnvironment in(GoDevEnvironment environment) {
    var spec = environment.getSpec();
    if (spec.storage() == null) {
      environment.setSpec(
          new GoDevEnvironmentSpec(
              spec.mode(),
              spec.profile(),
              spec.source(),
              spec.go(),
              spec.run(),
              spec.reload(),
              spec.debug(),
              spec.profiling(),
              spec.proxy(),
              spec.resources(),
              spec.securityContext(),
              new Storage(
                  null, new Storage.Volume(null, storageClass.getMetadata().getName()), null),
              spec.idle(),
              spec.expiry(),
              spec.deletionProtection()));
    }
    return environment;
  }

  @Override
  public void close() {
    cluster.client().resource(storageClass).delete();
  }
}
