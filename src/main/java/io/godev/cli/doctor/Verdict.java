package io.godev.cli.doctor;

/** What a check came to. */
enum Verdict {
  OK,
  /** It works, but not as well as it could, or it could not be looked at. */
  WARN,
  /** Environments do not work here until it is changed. */
  FAIL
}
