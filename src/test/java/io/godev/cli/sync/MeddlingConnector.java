package io.godev.cli.sync;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
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
    return new Meddling(connector.connect(takeOver));
  }

  private void meddle() throws IOException {
    try {
      change.make();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Meddling implements Transport {
    private final Transport transport;
    private final OutputStream output;

    Meddling(Transport transport) {
      this.transport = transport;
      output =
          new FilterOutputStream(transport.output()) {
            @Override
            public void write(byte[] frame, int offset, int length) throws IOException {
              if (frame[offset] == before && !stopped) {
                meddle();
              }
              out.write(frame, offset, length);
            }
          };
    }

    @Override
    public InputStream input() {
      return transport.input();
    }

    @Override
    public OutputStream output() {
      return output;
    }

    @Override
    public String place() {
      return transport.place();
    }

    @Override
    public void close() throws IOException {
      transport.close();
    }
  }
}
