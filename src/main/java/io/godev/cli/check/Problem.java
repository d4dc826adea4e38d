package io.godev.cli.check;

/**
 * Something that the API server refuses.
 *
 * @param field path of the field
 * @param message what is wrong
 * @param remedy what to do; empty where the message says it
 */
record Problem(Kind kind, String field, String message, String remedy) {

  /** As the API server tells them apart (field.ErrorType). */
  enum Kind {
    UnknownField,
    Required,
    NotSupported,
    TooLong,
    TooMany,
    Duplicate,
    TypeInvalid,
    Invalid,
    /** A rule of the definition. */
    Rule;

    /** Whether rules of what holds the field cannot be asked any more. */
    boolean hidesRules() {
      return this == Required || this == TypeInvalid;
    }
  }
}
