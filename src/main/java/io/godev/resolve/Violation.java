package io.godev.resolve;

/**
 * Something in a spec that cannot be.
 *
 * @param field path of the field, such as {@code spec.go.env[0].name}
 * @param problem what is wrong and what to write instead
 */
public record Violation(String field, String problem) {

  @Override
  public String toString() {
    return field + ": " + problem;
  }
}
