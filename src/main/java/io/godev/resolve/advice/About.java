package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;

/**
 * What a rule is about.
 *
 * @param trap which of the traps it keeps from
 * @param severity how much it matters
 * @param field path of the field it speaks of
 * @param message what is wrong, the same each time
 * @param remedy what to do
 * @param observation what was seen that the rule is there for, as a sentence
 */
public record About(
    Trap trap,
    Severity severity,
    String field,
    String message,
    String remedy,
    String observation) {}
