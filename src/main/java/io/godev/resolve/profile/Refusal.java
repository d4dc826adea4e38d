package io.godev.resolve.profile;

import io.godev.api.v1alpha1.Reason;

/**
 * What a profile does not let an environment ask for.
 *
 * @param reason of the condition {@code Accepted}
 * @param field path of the field
 * @param problem what is wrong and what to do
 */
public record Refusal(Reason reason, String field, String problem) {}
