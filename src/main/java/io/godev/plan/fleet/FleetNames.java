package io.godev.plan.fleet;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevFleet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Names, labels and annotations of what belongs to a fleet. */
public final class FleetNames {
  /** Label of an environment that names its fleet. */
  public static final String FLEET = "godev.io/fleet";

  /** Label of an environment that names its member. */
  public static final String MEMBER = "godev.io/member";

  /** Annotation of an environment with what its fleet wrote last. */
  public static final String WRITTEN = "godev.io/fleet-wrote";

  /** Annotation of a fleet; a new value tries a template again that failed. */
  public static final String RETRY = "godev.io/retry";

  private FleetNames() {}

  public static String environment(String fleet, String member) {
    return fleet + "-" + member;
  }

  /** The ConfigMap that keeps the template members go back to. */
  public static String keptTemplate(String fleet) {
    return fleet + "-last-good-template";
  }

  public static Map<String, String> labels(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getLabels()).orElse(Map.of());
  }

  public static Map<String, String> annotations(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getAnnotations()).orElse(Map.of());
  }

  /**
   * Whether the fleet of that name made the environment: it has its labels, the name that goes with
   * them, and what the fleet wrote. A copy under another name, or one with the labels alone, is
   * somebody else's.
   */
  public static boolean isOf(String fleet, HasMetadata environment) {
    var labels = labels(environment);
    return fleet.equals(labels.get(FLEET))
        && environment(fleet, labels.getOrDefault(MEMBER, ""))
            .equals(environment.getMetadata().getName())
        && annotations(environment).containsKey(WRITTEN);
  }

  /** Whether it is not deleted with its member. */
  public static boolean isProtected(GoDevEnvironment environment) {
    return Boolean.TRUE.equals(environment.getSpec().deletionProtection());
  }

  /** Whether the fleet owns it. */
  public static boolean isOwned(GoDevFleet fleet, HasMetadata object) {
    return owners(object).stream()
        .anyMatch(owner -> owner.getUid().equals(fleet.getMetadata().getUid()));
  }

  /** Whether something else than the fleet controls it, such as an earlier fleet of the name. */
  public static boolean isControlledByAnother(GoDevFleet fleet, HasMetadata object) {
    return owners(object).stream()
        .anyMatch(
            owner ->
                Boolean.TRUE.equals(owner.getController())
                    && !owner.getUid().equals(fleet.getMetadata().getUid()));
  }

  /** The reference by which an object goes away with the fleet. */
  public static OwnerReference owner(GoDevFleet fleet) {
    return new OwnerReferenceBuilder()
        .withApiVersion(HasMetadata.getApiVersion(GoDevFleet.class))
        .withKind(HasMetadata.getKind(GoDevFleet.class))
        .withName(fleet.getMetadata().getName())
        .withUid(fleet.getMetadata().getUid())
        .withController(true)
        .build();
  }

  static List<OwnerReference> owners(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getOwnerReferences()).orElse(List.of());
  }
}
