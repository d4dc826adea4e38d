package io.godev.cli.up;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.check.SpecFile;
import io.godev.cli.common.Failure;
import java.util.Objects;

/** Brings an environment to what a file says, as {@code kubectl apply --server-side} does. */
final class Apply {
  private static final String MANAGER = "godev";
  private static final int CONFLICT = 409;

  private Apply() {}

  /**
   * What became of it.
   *
   * @param verb created, configured or unchanged
   * @param before as it was; null if it was created
   * @param after as it is now
   */
  record Applied(String verb, GoDevEnvironment before, GoDevEnvironment after) {}

  /**
   * Applies the file.
   *
   * @param force take over fields that somebody else set
   * @throws Failure if somebody else set one of its fields, and it is not forced
   */
  static Applied of(KubernetesClient client, String namespace, SpecFile file, boolean force) {
    var serialization = client.getKubernetesSerialization();
    var name = file.environment().getMetadata().getName();
    var before =
        client.resources(GoDevEnvironment.class).inNamespace(namespace).withName(name).get();
    var object = serialization.unmarshal(file.object().toString(), GenericKubernetesResource.class);
    object.getMetadata().setNamespace(namespace);
    try {
      var applied =
          client
              .resource(object)
              .inNamespace(namespace)
              .patch(
                  new PatchContext.Builder()
                      .withPatchType(PatchType.SERVER_SIDE_APPLY)
                      .withFieldManager(MANAGER)
                      .withForce(force)
                      .build(),
                  object);
      var after = serialization.convertValue(applied, GoDevEnvironment.class);
      return new Applied(verb(before, after), before, after);
    } catch (KubernetesClientException e) {
      throw e.getCode() == CONFLICT ? conflict(name, e) : e;
    }
  }

  private static String verb(GoDevEnvironment before, GoDevEnvironment after) {
    if (before == null) {
      return "created";
    }
    var isSame =
        Objects.equals(before.getMetadata().getGeneration(), after.getMetadata().getGeneration())
            && Objects.equals(before.getMetadata().getLabels(), after.getMetadata().getLabels())
            && Objects.equals(
                before.getMetadata().getAnnotations(), after.getMetadata().getAnnotations());
    return isSame ? "unchanged" : "configured";
  }

  private static Failure conflict(String name, KubernetesClientException answer) {
    return new Failure(
        "%s has fields that somebody else set: %s. Where a Git repository holds the environment, change it there; else take them over with --force-conflicts."
            .formatted(name, answer.getStatus().getMessage()),
        answer);
  }
}
