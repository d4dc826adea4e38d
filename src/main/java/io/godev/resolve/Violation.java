package io.godev.resolve;

import io.godev.api.v1alpha1.Reason;

/**
 * Something in a spec that cannot be.
 *
 * @param reason of the condition {@code Accepted}
 * @param field path of the field, such as {@code spec.go.env[0].name}
 * @param problem what is wrong and what to write instead
 */
public record Violation(Reason reason, String field, String problem) {

  /** A violation that has no reason of its own. */
  public Violation(String field, String problem) {
    this(Reason.InvalidSpec, field, problem);
  }

  @Override
  public String toString() {
    return field + ": " + problem;
  }
}
