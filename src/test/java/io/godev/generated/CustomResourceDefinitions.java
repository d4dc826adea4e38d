package io.godev.generated;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevProfile;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Makes the CRDs from the API's classes, with what annotations cannot say. */
final class CustomResourceDefinitions {
  /**
   * A kind.
   *
   * @param description of the kind
   * @param keys lists whose entries have a key; all others are replaced as a whole
   * @param rest what else annotations cannot say
   */
  record Kind(
      Class<? extends CustomResource<?, ?>> type,
      String description,
      Map<String, String> keys,
      Consumer<JSONSchemaProps> rest) {

    /** The file of its definition. */
    String file() {
      return CustomResource.getCRDName(type) + "-v1.yml";
    }
  }

  /** All kinds. */
  static final List<Kind> KINDS =
      List.of(
          new Kind(
              GoDevEnvironment.class,
              "A place to build and run one Go program in: a pod, its volumes, and the way to its ports.",
              Map.of(
                  "spec.go.env", "name",
                  "spec.run.env", "name",
                  "spec.run.ports", "name",
                  "status.conditions", "type",
                  "status.endpoints", "name"),
              CustomResourceDefinitions::completeEnvironment),
          new Kind(
              GoDevFleet.class,
              "Many environments of one template, one for each member of a list.",
              Map.of(
                  "spec.members", "name",
                  "spec.members[].env", "name",
                  "spec.template.spec.go.env", "name",
                  "spec.template.spec.run.env", "name",
                  "spec.template.spec.run.ports", "name",
                  "status.conditions", "type"),
              FleetDefinition::complete),
          new Kind(
              GoDevProfile.class,
              "What a platform team gives to environments, and what it holds them to: defaults and limits.",
              Map.of(
                  "spec.defaults.go.env", "name",
                  "spec.defaults.run.env", "name",
                  "spec.defaults.run.ports", "name"),
              ProfileDefinition::complete));

  /** The order in which kubectl prints the columns. */
  private static final List<String> COLUMNS =
      List.of(
          "Ready",
          "Reason",
          "Members",
          "Up",
          "Updated",
          "Failed",
          "Suspended",
          "Template",
          "Default",
          "Restart",
          "In use",
          "Go",
          "Source",
          "Image",
          "URL",
          "Age");

  private CustomResourceDefinitions() {}

  static void generateInto(Path folder) {
    KINDS.forEach(kind -> generate(kind, folder));
  }

  private static void generate(Kind kind, Path folder) {
    new CRDGenerator()
        .customResourceClasses(kind.type())
        .forCRDVersions("v1")
        .withPostProcessor(
            new CRDPostProcessor() {
              @Override
              public HasMetadata process(HasMetadata crd, String version) {
                ((CustomResourceDefinition) crd)
                    .getSpec()
                    .getVersions()
                    .forEach(
                        v -> {
                          complete(kind, v.getSchema().getOpenAPIV3Schema());
                          v.getAdditionalPrinterColumns()
                              .sort(
                                  Comparator.comparing(
                                      column -> COLUMNS.indexOf(column.getName())));
                        });
                return crd;
              }
            })
        .inOutputDir(folder.toFile())
        .generate();
  }

  private static void complete(Kind kind, JSONSchemaProps root) {
    root.setDescription(kind.description());
    root.setRequired(List.of("spec"));
    root.getProperties().get("spec").setDescription("What is asked for.");
    root.getProperties().get("status").setDescription("What the operator saw last.");
    kind.keys()
        .forEach(
            (path, key) -> {
              var list = property(root, path);
              list.setXKubernetesListType("map");
              list.setXKubernetesListMapKeys(List.of(key));
            });
    if (kind.keys().containsKey("status.conditions")) {
      describeLikeMetaCondition(property(root, "status.conditions").getItems().getSchema());
    }
    kind.rest().accept(root);
  }

  private static void completeEnvironment(JSONSchemaProps root) {
    showAsNotObserved(root, GoDevEnvironmentStatus.NOT_OBSERVED);
    // the estimate of what a rule costs needs a bound for everything a rule looks at
    property(root, "spec.source.files").setMaxProperties(64L);
    // an entry of a map list needs its key
    property(root, "status.endpoints").getItems().getSchema().setRequired(List.of("name"));
  }

  /**
   * kstatus takes an object without a status for settled; the API server shows this one until there
   * is another.
   */
  static void showAsNotObserved(JSONSchemaProps root, long generation) {
    root.getProperties()
        .get("status")
        .setDefault(JsonNodeFactory.instance.objectNode().put("observedGeneration", generation));
  }

  private static void describeLikeMetaCondition(JSONSchemaProps condition) {
    condition.getProperties().get("lastTransitionTime").setFormat("date-time");
    // later releases have more of them
    condition.getProperties().get("type").setEnum(null);
  }

  /** The schema at a path such as spec.run.ports, or spec.members[].env for one of the entries. */
  static JSONSchemaProps property(JSONSchemaProps root, String path) {
    var schema = root;
    for (var name : path.split("\\.")) {
      schema = schema.getProperties().get(name.replace("[]", ""));
      if (name.endsWith("[]")) {
        schema = schema.getItems().getSchema();
      }
    }
    return schema;
  }
}
