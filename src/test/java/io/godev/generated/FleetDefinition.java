package io.godev.generated;

import static io.godev.generated.CustomResourceDefinitions.property;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.godev.api.v1alpha1.GoDevFleetStatus;

/** What of a GoDevFleet's definition annotations cannot say. */
final class FleetDefinition {
  private FleetDefinition() {}

  static void complete(JSONSchemaProps root) {
    CustomResourceDefinitions.showAsNotObserved(root, GoDevFleetStatus.NOT_OBSERVED);
    property(root, "spec.template.spec.source.files").setMaxProperties(64L);
    property(root, "spec.template.metadata.labels").setMaxProperties(32L);
    property(root, "spec.template.metadata.annotations").setMaxProperties(32L);
    // many members have variables, and the estimate of what a rule costs counts every character
    property(root, "spec.members[].env[].value").setMaxLength(4096L);
    EmbeddedSpec.complete(property(root, "spec.template.spec"), "spec.template.spec");
    EmbeddedSpec.visit(
        property(root, "spec.members[].env"),
        schema -> EmbeddedSpec.rename(schema, "spec\\.run\\.env:", "spec.members: env:"));
  }
}
