package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;

/** CPU and memory of the pod, as in a Pod's container. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "!(has(self.requests) && has(self.limits) && has(self.requests.memory) && has(self.limits.memory)) ||"
            + " !isQuantity(string(self.requests.memory)) || !isQuantity(string(self.limits.memory)) ||"
            + " quantity(string(self.requests.memory)).compareTo(quantity(string(self.limits.memory))) <= 0",
    message =
        "spec.resources.requests.memory must not be greater than spec.resources.limits.memory")
@ValidationRule(
    value =
        "!(has(self.requests) && has(self.limits) && has(self.requests.cpu) && has(self.limits.cpu)) ||"
            + " !isQuantity(string(self.requests.cpu)) || !isQuantity(string(self.limits.cpu)) ||"
            + " quantity(string(self.requests.cpu)).compareTo(quantity(string(self.limits.cpu))) <= 0",
    message = "spec.resources.requests.cpu must not be greater than spec.resources.limits.cpu")
public record Resources(
    @JsonPropertyDescription(
            "What the scheduler sets aside. Default: cpu 250m, memory 256Mi, never above the limit."
                + " Change: live.")
        Amounts requests,
    @JsonPropertyDescription(
            "What may be used at most. Default: cpu 2, memory 1Gi, never below the request."
                + " Change: live.")
        Amounts limits) {

  /** An amount of each resource. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  // the API server cuts an amount that does not fit into 64 bits
  @ValidationRule(
      value =
          "!has(self.cpu) || isQuantity(string(self.cpu)) &&"
              + " quantity(string(self.cpu)).isGreaterThan(quantity('0')) &&"
              + " quantity(string(self.cpu)).compareTo(quantity('1M')) <= 0",
      message =
          "spec.resources: cpu must be an amount greater than 0 and at most 1M, such as 250m or 2")
  // kubelet and container runtime need a few MiB to start a container at all
  @ValidationRule(
      value =
          "!has(self.memory) || isQuantity(string(self.memory)) &&"
              + " quantity(string(self.memory)).compareTo(quantity('16Mi')) >= 0 &&"
              + " quantity(string(self.memory)).compareTo(quantity('1Ei')) <= 0",
      message =
          "spec.resources: memory must be an amount of at least 16Mi and at most 1Ei, such as 512Mi, which is what a"
              + " Go build wants")
  public record Amounts(
      @JsonPropertyDescription("CPU in cores, such as 250m or 2.") Quantity cpu,
      @JsonPropertyDescription("Memory in bytes, such as 512Mi or 1Gi.") Quantity memory) {}
}
