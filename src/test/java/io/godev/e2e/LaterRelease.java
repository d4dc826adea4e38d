package io.godev.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.godev.reconcile.EnvironmentReconciler;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A later release of the operator and of the definition of environments, on the real cluster. */
final class LaterRelease {
  /** A condition that this release does not know. */
  static final String CONDITION = "Hibernating";

  private static final String FIELD = "later";
  private static final String SCHEMA = "/spec/versions/0/schema/openAPIV3Schema/properties";

  private final ObjectMapper mapper = new ObjectMapper();
  private final Cluster cluster;
  private final PodTemplateSpec released;
  private final Map<String, Object> definition;

  LaterRelease(Cluster cluster) {
    this.cluster = cluster;
    released = operator().get().getSpec().getTemplate();
    definition = definition().get().get("spec");
  }

  /** Has the operator and the runtime of the later release take over. */
  void install() {
    operator()
        .edit(
            now -> {
              var container = now.getSpec().getTemplate().getSpec().getContainers().get(0);
              container.setImage(container.getImage() + "-next");
              container.getEnv().stream()
                  .filter(variable -> variable.getName().equals("GODEV_RUNTIME_IMAGE"))
                  .forEach(variable -> variable.setValue(variable.getValue() + "-next"));
              return now;
            });
  }

  /** Has the operator of the release before take over again; the definition stays. */
  void takeBack() {
    operator()
        .edit(
            now -> {
              now.getSpec().setTemplate(released);
              return now;
            });
  }

  /** Gives spec and status a field more. */
  void define() {
    var text = Map.of("type", "string");
    patchDefinition(
        Map.of("op", "add", "path", SCHEMA + "/spec/properties/" + FIELD, "value", text),
        Map.of("op", "add", "path", SCHEMA + "/status/properties/" + FIELD, "value", text));
  }

  /** Puts everything back. */
  void remove() {
    patchDefinition(Map.of("op", "replace", "path", "/spec", "value", definition));
    takeBack();
  }

  /** Sets the field of the spec. */
  void writeSpec(String name) {
    environment(name)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\": {\"%s\": \"yes\"}}".formatted(FIELD));
  }

  /**
   * Writes the status with the field and the condition, as the later operator would: by the same
   * field manager. Returns the conditions that it has.
   */
  List<String> writeStatus(String name) {
    var environment = environment(name).get();
    Map<String, Object> status = environment.get("status");
    // which has a writer of its own
    status.remove("runtime");
    status.put(FIELD, "yes");
    Map<String, Object> later =
        Map.of(
            "type", CONDITION,
            "status", "True",
            "reason", "Winter",
            "message", "It is cold.",
            "lastTransitionTime", "2026-01-01T12:00:00Z");
    status.put(
        "conditions",
        Stream.concat(
                conditions(environment).stream()
                    .filter(condition -> !condition.get("type").equals(CONDITION)),
                Stream.of(later))
            .toList());
    var update = new GenericKubernetesResource();
    update.setApiVersion(environment.getApiVersion());
    update.setKind(environment.getKind());
    update.setMetadata(new ObjectMetaBuilder().withName(name).build());
    update.setAdditionalProperty("status", status);
    return types(
        cluster
            .client()
            .resource(update)
            .inNamespace(cluster.namespace())
            .subresource("status")
            .patch(
                new PatchContext.Builder()
                    .withPatchType(PatchType.SERVER_SIDE_APPLY)
                    .withFieldManager(EnvironmentReconciler.NAME)
                    .withForce(true)
                    .build()));
  }

  /** The conditions that the status has, whoever knows them. */
  List<String> status(String name) {
    return types(environment(name).get());
  }

  private static List<String> types(GenericKubernetesResource environment) {
    return conditions(environment).stream()
        .map(condition -> condition.get("type").toString())
        .toList();
  }

  private static List<Map<String, Object>> conditions(GenericKubernetesResource environment) {
    return environment.get("status", "conditions");
  }

  private Resource<GenericKubernetesResource> environment(String name) {
    return cluster
        .client()
        .genericKubernetesResources("godev.io/v1alpha1", "GoDevEnvironment")
        .inNamespace(cluster.namespace())
        .withName(name);
  }

  private Resource<Deployment> operator() {
    return cluster
        .client()
        .apps()
        .deployments()
        .inNamespace("godev-system")
        .withName("godev-operator");
  }

  private Resource<GenericKubernetesResource> definition() {
    return cluster
        .client()
        .genericKubernetesResources("apiextensions.k8s.io/v1", "CustomResourceDefinition")
        .withName("godevenvironments.godev.io");
  }

  private void patchDefinition(Object... changes) {
    definition()
        .patch(PatchContext.of(PatchType.JSON), mapper.valueToTree(List.of(changes)).toString());
  }
}
