package io.godev.assess;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.godev.api.v1alpha1.Reason;
import io.godev.plan.EnvironmentPod;
import java.util.List;
import java.util.regex.Pattern;

/** Which claim keeps a pod from being scheduled, and why. */
final class Volumes {
  // the scheduler's words: pkg/scheduler/framework/plugins/volumebinding in Kubernetes' source
  private static final Pattern NOT_FOUND =
      Pattern.compile("persistentvolumeclaim \"([^\"]+)\" not found");

  private Volumes() {}

  /**
   * The claim in the way, or null if it is not a claim.
   *
   * @param message of the scheduler
   * @param pod that waits
   * @param claims the operator's
   */
  static Step.Waiting inTheWay(String message, Pod pod, List<PersistentVolumeClaim> claims) {
    if (message == null) {
      return null;
    }
    var missing = NOT_FOUND.matcher(message);
    if (missing.find()) {
      return new Step.Waiting(
          Reason.ClaimNotFound,
          "The PersistentVolumeClaim "
              + missing.group(1)
              + " is not there. "
              + (isArchive(missing.group(1), pod)
                  ? "Name an archive of this namespace in spec.source.snapshot.archive of a new"
                      + " GoDevEnvironment: kubectl get pvc -l godev.io/archive lists them."
                  : "Create it, or name another in spec.source.claim."));
    }
    // "unbound immediate PersistentVolumeClaims", or a storage class that is not there
    if (!message.contains("PersistentVolumeClaim") && !message.contains("storageclass")) {
      return null;
    }
    return claims.stream()
        .filter(claim -> claim.getStatus() == null || !"Bound".equals(claim.getStatus().getPhase()))
        .findFirst()
        .map(Volumes::pending)
        .orElse(null);
  }

  private static boolean isArchive(String claim, Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> volume.getName().equals(EnvironmentPod.ARCHIVE))
        .anyMatch(volume -> volume.getPersistentVolumeClaim().getClaimName().equals(claim));
  }

  private static Step.Waiting pending(PersistentVolumeClaim claim) {
    var name = claim.getMetadata().getName();
    var storageClass = claim.getSpec().getStorageClassName();
    // admission fills the default class in when the claim is created, if there is one
    return storageClass == null
        ? new Step.Waiting(
            Reason.NoStorageClass,
            "The claim "
                + name
                + " has no storage class, because the cluster has no default one. Mark a StorageClass as"
                + " default, or set spec.storage.workspace.storageClassName and"
                + " spec.storage.cache.storageClassName in a new GoDevEnvironment.")
        : new Step.Waiting(
            Reason.VolumePending,
            "The claim "
                + name
                + " is not bound yet. Check that the storage class "
                + storageClass
                + " exists and that its provisioner works: kubectl describe pvc "
                + name);
  }
}
