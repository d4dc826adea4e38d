package io.godev.cli.doctor;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What the API server says to a question: the thing, that there is none, or neither. */
sealed interface Answer<T> {
  // … User "alice" cannot get resource "pods" in API group "" in the namespace "team"
  Pattern FORBIDDEN =
      Pattern.compile(
          ".* cannot (\\S+) resource \"([^\"]+)\" in API group \"[^\"]*\""
              + "(?: at the cluster scope| in the namespace \"([^\"]+)\")?.*",
          Pattern.DOTALL);

  record Known<T>(T value) implements Answer<T> {}

  /** There is no such thing. */
  record Absent<T>() implements Answer<T> {}

  /**
   * The user may not ask, or the API server failed.
   *
   * @param why in its words
   */
  record Unknown<T>(String why) implements Answer<T> {}

  /** Asks; null is {@link Absent}. No failure of one question keeps others from being asked. */
  static <T> Answer<T> to(Supplier<T> question) {
    try {
      var value = question.get();
      return value == null ? new Absent<>() : new Known<>(value);
    } catch (KubernetesClientException e) {
      return e.getCode() == 404 ? new Absent<>() : new Unknown<>(words(e));
    }
  }

  private static String words(KubernetesClientException failure) {
    if (failure.getStatus() != null && failure.getStatus().getMessage() != null) {
      return brief(failure.getStatus().getMessage());
    }
    // the client's own message names the request alone
    var cause = failure.getCause() == null ? failure : failure.getCause();
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private static String brief(String said) {
    var forbidden = FORBIDDEN.matcher(said);
    return forbidden.matches()
        ? "you may not %s %s%s"
            .formatted(
                forbidden.group(1),
                forbidden.group(2),
                forbidden.group(3) == null ? "" : " in the namespace " + forbidden.group(3))
        : said;
  }

  /** One of three, depending on which it is. */
  default <R> R either(Function<T, R> known, Supplier<R> absent, Function<String, R> unknown) {
    if (this instanceof Known<T> answer) {
      return known.apply(answer.value());
    }
    return this instanceof Unknown<T> answer ? unknown.apply(answer.why()) : absent.get();
  }

  /** The thing, or another in its place. */
  default T orElse(T other) {
    return either(value -> value, () -> other, why -> other);
  }
}
