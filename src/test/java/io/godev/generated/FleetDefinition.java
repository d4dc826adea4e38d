package io.godev.generated;

import static io.godev.generated.CustomResourceDefinitions.property;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.godev.api.v1alpha1.ConditionType;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What of a GoDevFleet's definition annotations cannot say. */
final class FleetDefinition {
  private FleetDefinition() {}

  static void complete(JSONSchemaProps root) {
    property(root, "spec.template.spec.source.files").setMaxProperties(64L);
    property(root, "spec.template.metadata.labels").setMaxProperties(32L);
    property(root, "spec.template.metadata.annotations").setMaxProperties(32L);
    // many members have variables, and the estimate of what a rule costs counts every character
    property(root, "spec.members[].env[].value").setMaxLength(4096L);
    // a template is no environment: what may not change of the one can be corrected in the other,
    // and the environments still refuse it
    visit(property(root, "spec.template.spec"), FleetDefinition::withoutTransitions);
    // a rule names its field as it is in an environment
    visit(
        property(root, "spec.template.spec"),
        schema -> rename(schema, "(?<![\\w.-])spec\\.", "spec.template.spec."));
    visit(
        property(root, "spec.members[].env"),
        schema -> rename(schema, "spec\\.run\\.env:", "spec.members: env:"));
    property(root, "status.conditions[].type")
        .setEnum(
            Stream.of(ConditionType.Ready, ConditionType.Reconciling, ConditionType.Stalled)
                .<JsonNode>map(type -> TextNode.valueOf(type.name()))
                .toList());
  }

  private static void withoutTransitions(JSONSchemaProps schema) {
    if (schema.getXKubernetesValidations() != null) {
      schema.setXKubernetesValidations(
          rules(schema).filter(rule -> !rule.getRule().contains("oldSelf")).toList());
    }
  }

  private static void rename(JSONSchemaProps schema, String from, String to) {
    if (schema.getDescription() != null) {
      schema.setDescription(schema.getDescription().replaceAll(from, to));
    }
    rules(schema).forEach(rule -> rule.setMessage(rule.getMessage().replaceAll(from, to)));
  }

  private static Stream<ValidationRule> rules(JSONSchemaProps schema) {
    var rules = schema.getXKubernetesValidations();
    return rules == null ? Stream.empty() : rules.stream();
  }

  private static void visit(JSONSchemaProps schema, Consumer<JSONSchemaProps> change) {
    change.accept(schema);
    if (schema.getProperties() != null) {
      List.copyOf(schema.getProperties().values()).forEach(child -> visit(child, change));
    }
    if (schema.getItems() != null) {
      visit(schema.getItems().getSchema(), change);
    }
    if (schema.getAdditionalProperties() != null
        && schema.getAdditionalProperties().getSchema() != null) {
      visit(schema.getAdditionalProperties().getSchema(), change);
    }
  }
}
