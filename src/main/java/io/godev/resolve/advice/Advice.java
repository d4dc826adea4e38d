package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;

/**
 * Something that is allowed, and that somebody will regret.
 *
 * @param rule name of the rule that says it
 * @param severity how much it matters
 * @param field path of the field it is about, such as {@code spec.go.image}
 * @param message what is wrong with it
 * @param remedy what to do
 */
public record Advice(String rule, Severity severity, String field, String message, String remedy) {

  @Override
  public String toString() {
    return field + ": " + message + "; " + remedy;
  }
}
