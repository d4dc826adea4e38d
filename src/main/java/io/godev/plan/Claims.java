package io.godev.plan;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.godev.api.v1alpha1.Storage;
import io.godev.resolve.ResolvedEnvironment;
import java.util.ArrayList;
import java.util.List;

/**
 * The claims of the workspace and of the Go caches.
 *
 * <p>A claim is owned by the environment only where {@code storage.onDelete} lets it go with it:
 * the garbage collector then removes it, and the operator needs no right to.
 */
final class Claims {
  private Claims() {}

  static List<PersistentVolumeClaim> of(ResolvedEnvironment environment) {
    var storage = environment.spec().storage();
    List<PersistentVolumeClaim> claims = new ArrayList<>();
    if (storage.workspace() != null) {
      var name = Names.workspaceClaim(environment.name());
      var metadata =
          switch (storage.onDelete()) {
            case Retain -> Names.kept(environment, name);
            case Delete -> Names.owned(environment, name);
            case Archive -> ArchiveNames.asking(environment, Names.kept(environment, name));
          };
      claims.add(claim(metadata, storage.workspace()));
    }
    var name = Names.cacheClaim(environment.name());
    claims.add(
        claim(
            storage.onDelete() == Storage.OnDelete.Retain
                ? Names.kept(environment, name)
                : Names.owned(environment, name),
            storage.cache()));
    return claims;
  }

  /** Name of the claim that is mounted as the workspace. */
  static String workspace(ResolvedEnvironment environment) {
    var claim = environment.spec().source().claim();
    return claim == null ? Names.workspaceClaim(environment.name()) : claim.name();
  }

  private static PersistentVolumeClaim claim(ObjectMeta metadata, Storage.Volume volume) {
    return new PersistentVolumeClaimBuilder()
        .withMetadata(metadata)
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withStorageClassName(volume.storageClassName())
        .withNewResources()
        .addToRequests("storage", volume.size())
        .endResources()
        .endSpec()
        .build();
  }
}
