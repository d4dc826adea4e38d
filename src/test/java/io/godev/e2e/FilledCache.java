package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Ready;

import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.Storage;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A storage class whose volumes begin with the caches of a first build, which takes most of the
 * time of a case, and is not what the cases are about. One build is for all tests of a run.
 */
final class FilledCache implements ExtensionContext.Store.CloseableResource {
  private static final String NAME = "e2e-filled-cache";

  private final Cluster cluster = new Cluster(NAME);
  private StorageClass storageClass;

  /** The one of this run, which ends with it. */
  static FilledCache of(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(FilledCache.class))
        .getOrComputeIfAbsent(FilledCache.class);
  }

  // builds an environment's program, and makes the class from its volume of caches
  private synchronized StorageClass storageClass() {
    if (storageClass == null) {
      cluster.open();
      var environment =
          cluster.create(cluster.read(Path.of("src/test/resources/first-build.yaml")));
      var name = environment.getMetadata().getName();
      cluster.await(name, Ready, True);
      cluster.edit(name, "{\"spec\":{\"mode\":\"Suspended\"}}");
      var claim =
          cluster
              .client()
              .persistentVolumeClaims()
              .inNamespace(cluster.namespace())
              .withName(name + "-cache")
              .get();
      var volume =
          cluster.client().persistentVolumes().withName(claim.getSpec().getVolumeName()).get();
      var wanted =
          cluster
              .client()
              .resource(
                  new StorageClassBuilder()
                      .withNewMetadata()
                      .withName(NAME)
                      .endMetadata()
                      .withProvisioner("docker.io/hostpath")
                      .addToParameters("template", volume.getSpec().getHostPath().getPath())
                      .build());
      // one that a run left which was killed
      wanted.delete();
      storageClass = wanted.create();
    }
    return storageClass;
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
                  null, new Storage.Volume(null, storageClass().getMetadata().getName()), null),
              spec.idle(),
              spec.expiry(),
              spec.deletionProtection()));
    }
    return environment;
  }

  @Override
  public synchronized void close() {
    if (storageClass != null) {
      cluster.client().resource(storageClass).delete();
      cluster.end();
    }
  }
}
