package io.godev.assess;

import io.godev.api.v1alpha1.Reason;

/** Why the API server refuses an object, from its words. */
final class Refusals {
  private Refusals() {}

  static Reason reason(Obstacle.Refusal refusal) {
    var message = refusal.message();
    // each phrase is the one of its admission plugin in Kubernetes' source
    if (message.contains("exceeded quota:") || message.contains("failed quota:")) {
      return Reason.QuotaExceeded;
    }
    if (message.contains("violates PodSecurity")) {
      return Reason.PodSecurityViolation;
    }
    if (message.contains("dynamically provisioned pvc can be resized")) {
      return Reason.VolumeCannotGrow;
    }
    if (message.contains(" usage per Container is ")
        || message.contains(" usage per Pod is ")
        || message.contains(" usage per PersistentVolumeClaim is ")
        || message.contains(" limit to request ratio per ")) {
      return Reason.LimitRangeExceeded;
    }
    return Reason.Refused;
  }

  static String message(Obstacle.Refusal refusal) {
    var what =
        "The cluster refuses the "
            + refusal.kind()
            + " "
            + refusal.name()
            + ": "
            + refusal.message();
    return switch (reason(refusal)) {
      case QuotaExceeded ->
          what
              + ". Lower spec.resources or spec.storage, or ask for a larger ResourceQuota; it is tried"
              + " again by itself.";
      case LimitRangeExceeded ->
          what
              + ". Change spec.resources or spec.storage so that they fit the namespace's LimitRange.";
      case PodSecurityViolation ->
          what + ". The pods of environments meet the level restricted: ask who runs the cluster.";
      case VolumeCannotGrow ->
          what
              + ". Its storage class has no allowVolumeExpansion; the volume stays as large as it is.";
      default -> what;
    };
  }
}
