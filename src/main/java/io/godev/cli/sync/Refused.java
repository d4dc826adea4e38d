package io.godev.cli.sync;

import io.godev.cli.sync.Messages.Error;
import java.io.IOException;

/**
 * The runtime ended the session, for a reason that may pass: a full volume, a container that ends.
 */
final class Refused extends IOException {

  private Refused(String message) {
    super(message);
  }

  /** The exception for what the runtime said; thrown at once if trying again is of no use. */
  static Refused of(Error error) throws SyncException {
    switch (error.code()) {
      case "Busy", "TakenOver", "Protocol":
        throw new SyncException(error.message());
      default:
        return new Refused(error.message());
    }
  }
}
