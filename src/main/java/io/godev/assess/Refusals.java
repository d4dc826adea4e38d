package io.godev.assess;

import io.godev.api.v1alpha1.Reason;
import io.godev.resolve.Violation;

/** Why the API server refuses an object, from its words. */
public final class Refusals {
  private static final String REMEDY_OF_A_QUOTA =
      ". Lower spec.resources or spec.storage, or ask for a larger ResourceQuota; it is tried again by"
          + " itself.";

  private Refusals() {}

  /**
   * What is wrong with a spec whose pod would be refused, so that the one that runs is kept.
   *
   * @param field what asks for the pod
   */
  public static Violation ofReplacement(String field, Obstacle.Refusal refusal) {
    return new Violation(
        reason(refusal),
        field,
        "the pod that runs is kept, because the one in its place would be refused. "
            + message(refusal).replaceAll("[.]$", ""));
  }

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
    var exceeded = ExceededQuota.of(refusal.message());
    if (exceeded.isPresent()) {
      return "The ResourceQuota "
          + exceeded.get().quota()
          + " of this namespace leaves too little for the "
          + refusal.kind()
          + " "
          + refusal.name()
          + ", which exceeds "
          + exceeded.get().excess()
          + REMEDY_OF_A_QUOTA;
    }
    var what =
        "The cluster refuses the "
            + refusal.kind()
            + " "
            + refusal.name()
            + ": "
            + refusal.message();
    return switch (reason(refusal)) {
      case QuotaExceeded -> what + REMEDY_OF_A_QUOTA;
      case LimitRangeExceeded ->
          what
              + ". Change spec.resources or spec.storage so that they fit the namespace's LimitRange.";
      case PodSecurityViolation ->
          what
              + ". An environment's own pod meets the level restricted: what is refused was added on its"
              + " way, such as by a sidecar injector. Exempt this namespace from that, or ask who runs"
              + " the cluster.";
      case VolumeCannotGrow ->
          what
              + ". Its storage class has no allowVolumeExpansion: ask who runs the cluster for it. Until"
              + " then the volume stays as large as it is.";
      default -> what;
    };
  }
}
