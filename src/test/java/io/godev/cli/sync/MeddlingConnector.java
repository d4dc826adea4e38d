package io.godev.cli.sync;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Does something to the folder before each frame of a kind. */
final class MeddlingConnector implements Transport.Connector {
  /** What is done. */
  interface Change {
    void make() throws IOException, InterruptedException;
  }

  private final Transport.Connector connector;
  private final char before;
  private final Change change;
  private int connections;
  private volatile boolean stopped;

  MeddlingConnector(Transport.Connector connector, char before, Change change) {
    this.connector = connector;
    this.before = before;
    this.change = change;
  }

  int connections() {
    return connections;
  }

  void stop() {
    stopped = true;
  }

  @Override
  public Transport connect(boolean takeOver) throws IOException, SyncException {
    connections++;
    var transport = connector.connect(takeOver);
    return new WrappedTransport(transport, new Meddling(transport.output()));
  }

  private void meddle() throws IOException {
    try {
      change.make();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Meddling extends FilterOutputStream {
    Meddling(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] frame, int offset, int length) throws IOException {
      if (frame[offset] == before && !stopped) {
        meddle();
      }
      out.write(frame, offset, length);
    }
  }
}
