package io.godev.assess.fleet;

import io.godev.api.v1alpha1.Reason;

/**
 * Why an object of a fleet is not as it should be.
 *
 * @param member whose environment it is; empty for what belongs to the fleet as a whole
 * @param message what is in the way, and what to do
 */
public record FleetObstacle(String member, Reason reason, String message) {}
