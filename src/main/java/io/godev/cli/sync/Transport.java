package io.godev.cli.sync;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A connection to {@code godevd receive}. */
interface Transport extends AutoCloseable {
  /** What the runtime sends. It ends, or fails with the reason, when the connection does. */
  InputStream input();

  /** What the runtime gets; it has to be flushed. */
  OutputStream output();

  /** Whether it stays on this machine, where sending bytes costs less than making them fewer. */
  default boolean isNear() {
    return false;
  }

  /** Where this is, such as {@code container dev of the pod shop}. */
  String place();

  /** Ends the connection at once, also for those who wait for its streams. */
  @Override
  void close() throws IOException;

  /** Makes connections. */
  interface Connector {
    /**
     * A new connection.
     *
     * @param takeOver whether another client is to be ended
     * @throws NotReadyException if there is nothing to connect to yet
     * @throws IOException if there is, and it does not work
     * @throws SyncException if trying again does not change that
     */
    Transport connect(boolean takeOver) throws IOException, SyncException;
  }

  /** There is no container yet that takes the source; the message says what is waited for. */
  final class NotReadyException extends IOException {
    NotReadyException(String message) {
      super(message);
    }
  }
}
