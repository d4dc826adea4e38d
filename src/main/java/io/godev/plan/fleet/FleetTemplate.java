package io.godev.plan.fleet;

import io.godev.api.v1alpha1.GoDevFleetSpec.Template;
import io.godev.plan.PodHashes;

/**
 * A template by its hash.
 *
 * @param hash the same for what is the same
 */
public record FleetTemplate(String hash, Template content) {

  public static FleetTemplate of(Template content) {
    return new FleetTemplate(PodHashes.hash(content), content);
  }
}
