package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/**
 * One aspect of the environment's state, in the form of {@code metav1.Condition}.
 *
 * <p>See the <a
 * href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties">API
 * conventions</a>.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Condition(
    @JsonPropertyDescription("What the condition speaks of.") @Required ConditionType type,
    @JsonPropertyDescription("True, False or Unknown.") @Required @Growing Status status,
    @JsonPropertyDescription("A word for machines: why the status is what it is.") @Required
        String reason,
    @JsonPropertyDescription("A sentence for people: what happened and what to do.") @Required
        String message,
    @JsonPropertyDescription("metadata.generation the condition was set for.")
        Long observedGeneration,
    @JsonPropertyDescription("When the status last changed (RFC 3339).") @Required
        String lastTransitionTime) {

  /** Whether the condition holds. */
  public enum Status {
    True,
    False,
    Unknown
  }

  /** Those of which this release knows what they are and whether they hold; null for null. */
  static List<Condition> known(List<Condition> conditions) {
    return conditions == null
        ? null
        : conditions.stream()
            .filter(condition -> condition.type() != null && condition.status() != null)
            .toList();
  }

  public boolean holds() {
    return status == Status.True;
  }
}
