package io.godev.resolve.profile;

/** Amounts of containers, in CEL. */
final class PodAmounts {
  private PodAmounts() {}

  /**
   * Whether a container has no limit of the resource, or one that is greater than the profile's.
   */
  static String isGreater(String resource) {
    return "variables.containers.exists(c, !has(c.resources) || !has(c.resources.limits) ||"
        + " !('%1$s' in c.resources.limits) || quantity(string(c.resources.limits['%1$s']))"
            .formatted(resource)
        + ".isGreaterThan(quantity(string(LIMIT.most))))";
  }
}
