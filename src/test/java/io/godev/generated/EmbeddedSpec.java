package io.godev.generated;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What is part of an environment's spec elsewhere, in the definition of another kind. */
final class EmbeddedSpec {
  private EmbeddedSpec() {}

  /**
   * Makes rules and descriptions those of the other kind: what may not change of an environment can
   * be corrected there, and the environments still refuse it; and a field is named as it is there.
   *
   * @param path where an environment has {@code spec}
   */
  static void complete(JSONSchemaProps schema, String path) {
    visit(schema, EmbeddedSpec::withoutTransitions);
    visit(schema, part -> rename(part, "(?<![\\w.-])spec\\.", path + "."));
  }

  private static void withoutTransitions(JSONSchemaProps schema) {
    if (schema.getXKubernetesValidations() != null) {
      schema.setXKubernetesValidations(
          rules(schema).filter(rule -> !rule.getRule().contains("oldSelf")).toList());
    }
  }

  static void rename(JSONSchemaProps schema, String from, String to) {
    if (schema.getDescription() != null) {
      schema.setDescription(schema.getDescription().replaceAll(from, to));
    }
    rules(schema).forEach(rule -> rule.setMessage(rule.getMessage().replaceAll(from, to)));
  }

  private static Stream<ValidationRule> rules(JSONSchemaProps schema) {
    var rules = schema.getXKubernetesValidations();
    return rules == null ? Stream.empty() : rules.stream();
  }

  static void visit(JSONSchemaProps schema, Consumer<JSONSchemaProps> change) {
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
