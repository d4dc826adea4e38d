package io.godev.generated;

import static io.godev.generated.CustomResourceDefinitions.property;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;

/** What of a GoDevProfile's definition annotations cannot say. */
final class ProfileDefinition {
  private ProfileDefinition() {}

  static void complete(JSONSchemaProps root) {
    property(root, "spec.namespaces.matchLabels").setMaxProperties(16L);
    EmbeddedSpec.complete(property(root, "spec.defaults"), "spec.defaults");
  }
}
