package io.godev.generated;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevProfile;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Makes the CRDs from the API's classes, with what annotations cannot say. */
final class CustomResourceDefinitions {
  /** Lists whose entries have a key; all others are replaced as a whole. */
  private static final Map<String, String> KEYS =
      Map.of("go.env", "name", "run.env", "name", "run.ports", "name");

  /** The order in which kubectl prints the columns. */
  private static final List<String> COLUMNS =
      List.of(
          "Ready", "Reason", "Go", "Source", "Default", "Restart", "In use", "Image", "URL", "Age");

  private CustomResourceDefinitions() {}

  static void generateInto(Path folder) {
    new CRDGenerator()
        .customResourceClasses(GoDevEnvironment.class, GoDevProfile.class)
        .forCRDVersions("v1")
        .withPostProcessor(
            new CRDPostProcessor() {
              @Override
              public HasMetadata process(HasMetadata made, String version) {
                var crd = (CustomResourceDefinition) made;
                crd.getSpec()
                    .getVersions()
                    .forEach(
                        v -> {
                          complete(
                              crd.getSpec().getNames().getKind(),
                              v.getSchema().getOpenAPIV3Schema());
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

  private static void complete(String kind, JSONSchemaProps root) {
    root.setRequired(List.of("spec"));
    if (kind.equals("GoDevProfile")) {
      profile(root);
    } else {
      environment(root);
    }
  }

  private static void environment(JSONSchemaProps root) {
    root.setDescription(
        "A place to build and run one Go program in: a pod, its volumes, and the way to its ports.");
    var spec = property(root, "spec");
    spec.setDescription("What is asked for.");
    property(root, "status").setDescription("What the operator saw last.");
    // the estimate of what a rule costs needs a bound for everything a rule looks at
    property(spec, "source.files").setMaxProperties(64L);
    keys(spec);
    key(root, "status.conditions", "type");
    key(root, "status.endpoints", "name");
    describeLikeMetaCondition(property(root, "status.conditions").getItems().getSchema());
    // an entry of a map list needs its key
    property(root, "status.endpoints").getItems().getSchema().setRequired(List.of("name"));
  }

  private static void profile(JSONSchemaProps root) {
    root.setDescription(
        "What a platform team gives to environments, and what it holds them to: defaults and limits.");
    property(root, "spec").setDescription("What holds for the environments that go by it.");
    property(root, "status").setDescription("What the operator saw last.");
    property(root, "spec.namespaces.matchLabels").setMaxProperties(16L);
    var defaults = property(root, "spec.defaults");
    keys(defaults);
    asPartOfAProfile(defaults);
  }

  // what an environment may not change, a profile may: it holds for the next volume
  private static void asPartOfAProfile(JSONSchemaProps schema) {
    var rules = schema.getXKubernetesValidations();
    if (rules != null) {
      rules.removeIf(rule -> rule.getRule().contains("oldSelf"));
      rules.forEach(rule -> rule.setMessage(rule.getMessage().replace("spec.", "spec.defaults.")));
    }
    if (schema.getProperties() != null) {
      schema.getProperties().values().forEach(CustomResourceDefinitions::asPartOfAProfile);
    }
    if (schema.getItems() != null && schema.getItems().getSchema() != null) {
      asPartOfAProfile(schema.getItems().getSchema());
    }
  }

  private static void keys(JSONSchemaProps spec) {
    KEYS.forEach((path, key) -> key(spec, path, key));
  }

  private static void key(JSONSchemaProps root, String path, String key) {
    var list = property(root, path);
    list.setXKubernetesListType("map");
    list.setXKubernetesListMapKeys(List.of(key));
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
