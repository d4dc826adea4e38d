package io.godev.resolve.profile;

/**
 * A wish that was brought down to its limit.
 *
 * @param field path of the field
 * @param from what was asked for
 * @param to what is given
 */
public record Clamp(String field, String from, String to) {

  @Override
  public String toString() {
    return field + ": " + from + " → " + to;
  }
}
