package io.godev.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.resolve.ResolvedEnvironment;
import java.util.List;
import java.util.Map;

/** Names, labels and owners of the objects of an environment. */
public final class Names {
  /** Label of every object the operator makes. */
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  /** Its value, also the field manager. */
  public static final String OPERATOR = "godev-operator";

  /** Label that names the environment an object belongs to. */
  public static final String ENVIRONMENT = "godev.io/environment";

  /** Label of the pod with the profile it was made under; absent where there was none. */
  public static final String PROFILE = "godev.io/profile";

  private Names() {}

  public static String pod(String environment) {
    return environment;
  }

  public static String workspaceClaim(String environment) {
    return environment + "-workspace";
  }

  public static String cacheClaim(String environment) {
    return environment + "-cache";
  }

  static String hostClaim(String environment) {
    return environment + "-host";
  }

  static String filesConfigMap(String environment) {
    return environment + "-files";
  }

  static String service(String environment) {
    return environment;
  }

  static String externalService(String environment) {
    return environment + "-external";
  }

  /** Name of the environment that the object was made for, or null. */
  public static String environment(HasMetadata object) {
    var labels = object.getMetadata().getLabels();
    return labels == null ? null : labels.get(ENVIRONMENT);
  }

  static Map<String, String> selector(ResolvedEnvironment environment) {
    return Map.of(ENVIRONMENT, environment.name());
  }

  /** Metadata of an object that goes away with the environment. */
  static ObjectMeta owned(ResolvedEnvironment environment, String name) {
    return new ObjectMetaBuilder(kept(environment, name))
        .withOwnerReferences(owner(environment))
        .build();
  }

  /** Metadata of an object that outlives the environment. */
  static ObjectMeta kept(ResolvedEnvironment environment, String name) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(environment.namespace())
        .withLabels(Map.of(MANAGED_BY, OPERATOR, ENVIRONMENT, environment.name()))
        .build();
  }

  /** Whether the operator made the object for an environment of that name. */
  public static boolean isOf(String environment, HasMetadata object) {
    var labels = object.getMetadata().getLabels();
    return labels != null
        && OPERATOR.equals(labels.get(MANAGED_BY))
        && environment.equals(labels.get(ENVIRONMENT));
  }

  /**
   * Whether the object still belongs to an earlier environment of the same name: it goes away with
   * its owner, and must not be taken for this one's.
   */
  public static boolean isOfPredecessor(ResolvedEnvironment environment, HasMetadata object) {
    var owners = object.getMetadata().getOwnerReferences();
    return owners != null
        && owners.stream()
            .anyMatch(
                owner ->
                    owner.getKind().equals(HasMetadata.getKind(GoDevEnvironment.class))
                        && owner.getName().equals(environment.name())
                        && !owner.getUid().equals(environment.uid()));
  }

  /** Whether the environment of that uid owns the object. */
  public static boolean isOwnedBy(String uid, HasMetadata object) {
    var owners = object.getMetadata().getOwnerReferences();
    return owners != null && owners.stream().anyMatch(owner -> owner.getUid().equals(uid));
  }

  private static List<OwnerReference> owner(ResolvedEnvironment environment) {
    return List.of(owner(environment.name(), environment.uid()));
  }

  static OwnerReference owner(String name, String uid) {
    return new OwnerReferenceBuilder()
        .withApiVersion(HasMetadata.getApiVersion(GoDevEnvironment.class))
        .withKind(HasMetadata.getKind(GoDevEnvironment.class))
        .withName(name)
        .withUid(uid)
        .withController(true)
        .build();
  }
}
