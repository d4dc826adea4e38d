package io.godev.cli.check;

/** A file that cannot be read, or is no YAML; the message begins with a verb. */
final class Unreadable extends RuntimeException {
  Unreadable(String message) {
    super(message);
  }
}
