package io.godev.plan;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.godev.api.v1alpha1.Storage;
import io.godev.resolve.ResolvedEnvironment;
import java.util.ArrayList;
import java.util.List;

/**
 * The claims of the workspace and of the Go caches.
 *
 * <p>A claim is owned by the environment only where {@code storage.onDelete} is {@code Delete}: the
 * garbage collector then removes it, and the operator needs no right to.
 */
final class Claims {
  private Claims() {}

  static List<PersistentVolumeClaim> of(ResolvedEnvironment environment) {
    var storage = environment.spec().storage();
    List<PersistentVolumeClaim> claims = new ArrayList<>();
    if (storage.workspace() != null) {
      claims.add(claim(environment, Names.workspaceClaim(environment.name()), storage.workspace()));
    }
    claims.add(claim(environment, Names.cacheClaim(environment.name()), storage.cache()));
    return claims;
  }

  /** Name of the claim that is mounted as the workspace. */
  static String workspace(ResolvedEnvironment environment) {
    var claim = environment.spec().source().claim();
    return claim == null ? Names.workspaceClaim(environment.name()) : claim.name();
  }

  private static PersistentVolumeClaim claim(
      ResolvedEnvironment environment, String name, Storage.Volume volume) {
    var leaves = environment.spec().storage().onDelete() == Storage.OnDelete.Delete;
    return new PersistentVolumeClaimBuilder()
        .withMetadata(leaves ? Names.owned(environment, name) : Names.kept(environment, name))
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
