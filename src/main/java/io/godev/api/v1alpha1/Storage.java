package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;

/** The volumes of the environment. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Storage(
    @JsonPropertyDescription(
            "The volume at /workspace, with the source. Default size: 2Gi. Growth is live.")
        Volume workspace,
    @JsonPropertyDescription(
            "The volume at /cache, with Go's module and build caches. Default size: 5Gi. Growth is"
                + " live.")
        Volume cache,
    @JsonPropertyDescription(
            "What happens to the volumes when the environment is deleted: Retain keeps them for the"
                + " next environment of this name, Delete removes them, Archive puts the workspace into an"
                + " archive for spec.source.snapshot first. Default: Retain. Change: live.")
        OnDelete onDelete) {

  /** What happens to the volumes when the environment is deleted. */
  public enum OnDelete {
    Retain,
    Delete,
    Archive
  }

  /** A volume. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value =
          "!has(self.size) || isQuantity(string(self.size)) &&"
              + " quantity(string(self.size)).compareTo(quantity('16Mi')) >= 0 &&"
              + " quantity(string(self.size)).compareTo(quantity('1Ei')) <= 0",
      message =
          "spec.storage: size must be an amount of at least 16Mi and at most 1Ei, such as 2Gi")
  @ValidationRule(
      value =
          "!has(self.size) || !has(oldSelf.size) || !isQuantity(string(self.size)) ||"
              + " quantity(string(self.size)).compareTo(quantity(string(oldSelf.size))) >= 0",
      message =
          "spec.storage: size can grow but not shrink; create another GoDevEnvironment for a smaller volume")
  @ValidationRule(
      value =
          "!has(self.storageClassName) ||"
              + " self.storageClassName.matches('"
              + Patterns.OBJECT_NAME
              + "')",
      message = "spec.storage: storageClassName must be the name of a StorageClass")
  @ValidationRule(
      value =
          "(has(self.storageClassName) ? self.storageClassName : '') =="
              + " (has(oldSelf.storageClassName) ? oldSelf.storageClassName : '')",
      message = "spec.storage: storageClassName cannot be changed; create another GoDevEnvironment")
  public record Volume(
      @JsonPropertyDescription("Size of the volume, such as 2Gi. It can grow, not shrink.")
          Quantity size,
      @JsonPropertyDescription(
              "StorageClass of the volume. Default: the cluster's default class. Fixed.")
          @Size(min = 1, max = 253)
          String storageClassName) {}
}
