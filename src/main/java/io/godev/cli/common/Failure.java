package io.godev.cli.common;

/** What went wrong and what to do, in a sentence for the user; the command ends with code 1. */
public final class Failure extends RuntimeException {

  public Failure(String message) {
    super(message);
  }

  public Failure(String message, Throwable cause) {
    super(message, cause);
  }
}
