package io.godev.cli.sync;

/** Syncing ended for a reason that trying again does not change. */
public final class SyncException extends Exception {
  SyncException(String message) {
    super(message);
  }

  SyncException(String message, Throwable cause) {
    super(message, cause);
  }
}
