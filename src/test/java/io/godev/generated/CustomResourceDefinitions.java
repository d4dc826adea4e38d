package io.godev.generated;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Makes the CRDs from the API's classes, with what annotations cannot say. */
final class CustomResourceDefinitions {
  /** Lists whose entries have a key; all others are replaced as a whole. */
  private static final Map<String, String> KEYS =
      Map.of(
          "spec.go.env", "name",
          "spec.run.env", "name",
          "spec.run.ports", "name",
          "status.conditions", "type",
          "status.endpoints", "name");

  /** The order in which kubectl prints the columns. */
  private static final List<String> COLUMNS =
      List.of("Ready", "Reason", "Go", "Source", "Image", "URL", "Age");

  private CustomResourceDefinitions() {}

  static void generateInto(Path folder) {
    new CRDGenerator()
        .customResourceClasses(GoDevEnvironment.class)
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
                          complete(v.getSchema().getOpenAPIV3Schema());
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

  private static void complete(JSONSchemaProps root) {
    root.setDescription(
        "A place to build and run one Go program in: a pod, its volumes, and the way to its ports.");
    root.setRequired(List.of("spec"));
    var spec = root.getProperties().get("spec");
    spec.setDescription("What is asked for.");
    var status = root.getProperties().get("status");
    status.setDescription("What the operator saw last.");
    // kstatus takes an object without a status for settled; the API server shows this one until
    // there is another
    status.setDefault(
        JsonNodeFactory.instance
            .objectNode()
            .put("observedGeneration", GoDevEnvironmentStatus.NOT_OBSERVED));
    // the estimate of what a rule costs needs a bound for everything a rule looks at
    property(root, "spec.source.files").setMaxProperties(64L);
    KEYS.forEach(
        (path, key) -> {
          var list = property(root, path);
          list.setXKubernetesListType("map");
          list.setXKubernetesListMapKeys(List.of(key));
        });
    describeLikeMetaCondition(property(root, "status.conditions").getItems().getSchema());
    // an entry of a map list needs its key
    property(root, "status.endpoints").getItems().getSchema().setRequired(List.of("name"));
  }

  private static void describeLikeMetaCondition(JSONSchemaProps condition) {
    condition.getProperties().get("lastTransitionTime").setFormat("date-time");
  }

  private static JSONSchemaProps property(JSONSchemaProps root, String path) {
    var schema = root;
    for (var name : path.split("\\.")) {
      schema = schema.getProperties().get(name);
    }
    return schema;
  }
}
