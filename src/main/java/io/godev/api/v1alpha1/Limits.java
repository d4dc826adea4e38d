package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.GoDevProfileSpec.LimitPolicy;
import java.util.List;

/**
 * What environments of a profile may ask for.
 *
 * <p>A field that an environment leaves out is brought within its limit in silence, whatever the
 * policy. What it asks for beyond a limit is granted ({@code Default}), brought down to the limit,
 * which the condition Clamped tells ({@code Clamp}), or refused ({@code Reject}).
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Limits(
    @JsonPropertyDescription("Of spec.resources.limits.cpu, and so of the request.") Amount cpu,
    @JsonPropertyDescription("Of spec.resources.limits.memory, and so of the request.")
        Amount memory,
    @JsonPropertyDescription("Of the size of each volume in spec.storage.") Amount storage,
    @JsonPropertyDescription("Of spec.go.version.") Releases goVersions,
    @JsonPropertyDescription("Of spec.go.image. Clamp takes the image that the release picks.")
        Images images,
    @JsonPropertyDescription("Of spec.securityContext.capabilities.add.") Capabilities capabilities,
    @JsonPropertyDescription("Of spec.securityContext.runAsUser.") Users users,
    @JsonPropertyDescription("Of expose of each entry of spec.run.ports.") Exposure exposure,
    @JsonPropertyDescription(
            "Of spec.source.hostPath, beside what the operator's configuration allows. What is outside is"
                + " refused: no other folder could stand for it.")
        Folders hostPaths,
    @JsonPropertyDescription(
            "How many environments of this profile a namespace may have. The ones made last are refused; 0 to"
                + " 10000.")
        @Min(0)
        @Max(10_000)
        Integer environmentsPerNamespace,
    @JsonPropertyDescription(
            "How many environments of this profile may have a pod at once in all namespaces. One more waits until"
                + " another is suspended or deleted; none that runs is ended for it; 0 to 100000.")
        @Min(0)
        @Max(100_000)
        Integer running) {

  private static final String POLICY =
      "What is done about a wish beyond it. Default: it is granted, and only what is not asked for stays within."
          + " Clamp: it is brought down, and the condition Clamped tells from what to what. Reject: it is"
          + " refused. Default: Reject.";

  /** At most so much. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value =
          "isQuantity(string(self.most)) && quantity(string(self.most)).isGreaterThan(quantity('0'))",
      message = "spec.limits: most must be an amount greater than 0, such as 2 or 4Gi")
  public record Amount(
      @JsonPropertyDescription("The most, such as 4 or 8Gi.") @Required Quantity most,
      @JsonPropertyDescription(POLICY) LimitPolicy policy) {}

  /** Releases of Go. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "self.allowed.all(v, v.matches('^1[.][0-9]{1,3}([.][0-9]{1,3})?$'))",
      message =
          "spec.limits.goVersions.allowed: each entry must be a Go release such as \"1.26\", which covers 1.26.8"
              + " too, or \"1.26.8\", in quotes")
  public record Releases(
      @JsonPropertyDescription(
              "Releases such as 1.26, which stands for all of its patch releases. Clamp takes the newest.")
          @Required
          @Size(min = 1, max = 32)
          List<@Size(min = 3, max = 16) String> allowed,
      @JsonPropertyDescription(POLICY) LimitPolicy policy) {}

  /** Images. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "self.allowed.all(p, p.matches('^[A-Za-z0-9*][A-Za-z0-9._:/@*-]*$'))",
      message =
          "spec.limits.images.allowed: each entry must be the name of an image, with * for any characters, such as"
              + " golang:* or registry.example.com/go/*")
  public record Images(
      @JsonPropertyDescription(
              "Patterns of whole names, in which * stands for any characters, such as golang:* and"
                  + " registry.example.com/*. A name is compared as it is written.")
          @Required
          @Size(min = 1, max = 32)
          List<@Size(min = 1, max = 255) String> allowed,
      @JsonPropertyDescription(POLICY) LimitPolicy policy) {}

  /** Capabilities. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Capabilities(
      @JsonPropertyDescription("Capabilities that may be added. Clamp adds no other.")
          @Required
          @Size(max = 1)
          List<SecurityContext.Capability> allowed,
      @JsonPropertyDescription(POLICY) LimitPolicy policy) {}

  /** User ids. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "self.least <= self.most",
      message = "spec.limits.users: least must not be greater than most")
  public record Users(
      @JsonPropertyDescription("The lowest user id, from 1.") @Required @Min(1) @Max(2_147_483_647)
          Long least,
      @JsonPropertyDescription("The highest user id, to 2147483647.")
          @Required
          @Min(1)
          @Max(2_147_483_647)
          Long most,
      @JsonPropertyDescription(POLICY) LimitPolicy policy) {}

  /** From where ports may be reached. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Exposure(
      @JsonPropertyDescription("The farthest: None, Cluster or LoadBalancer.") @Required
          Run.Expose most,
      @JsonPropertyDescription(POLICY) LimitPolicy policy) {}

  /** Folders of nodes. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "self.allowed.all(p, p.matches('^(/[^/]+)+$') && !p.matches('/[.][.]?(/|$)'))",
      message =
          "spec.limits.hostPaths.allowed: each entry must be the full path of a folder on the node, without a slash"
              + " at the end")
  public record Folders(
      @JsonPropertyDescription(
              "Folders of the nodes, as the node has them, with all below them; none if it is empty.")
          @Required
          @Size(max = 32)
          List<@Size(min = 1, max = 1024) String> allowed) {}
}
