package io.godev.resolve.profile;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Parts of CEL expressions over an environment as it was written. */
final class Cel {
  private Cel() {}

  /** Whether a field such as {@code resources.limits.cpu}, with all its parents, is there. */
  static String present(String field) {
    return IntStream.rangeClosed(1, field.length())
        .filter(end -> end == field.length() || field.charAt(end) == '.')
        .mapToObj(end -> "has(object.spec." + field.substring(0, end) + ")")
        .collect(Collectors.joining(" && "));
  }
}
