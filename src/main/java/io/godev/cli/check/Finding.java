package io.godev.cli.check;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Something to tell about a file.
 *
 * @param line in the file, from 1
 * @param column in the line, from 1
 * @param environment name of the environment
 * @param rule name of the rule of advice; absent for a violation
 * @param remedy what to do; absent where the message says it
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Finding(
    String file,
    int line,
    int column,
    String environment,
    Level level,
    String rule,
    String field,
    String message,
    String remedy) {

  enum Level {
    Violation,
    Warning,
    Info
  }

  /** The field, what is wrong with it, and what to do, as one sentence. */
  String sentence() {
    // messages of the definition's rules begin with a field
    var named = message.startsWith("spec") || message.startsWith("metadata");
    return (named ? "" : field + ": ") + message + (remedy.isEmpty() ? "" : "; " + remedy);
  }
}
