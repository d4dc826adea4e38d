package io.godev.cli.sync;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Counts what is sent, by connections that are near or far. */
final class CountingConnector implements Transport.Connector {
  private final Transport.Connector connector;
  private final boolean near;
  private volatile long bytes;

  CountingConnector(Transport.Connector connector, boolean near) {
    this.connector = connector;
    this.near = near;
  }

  long bytes() {
    return bytes;
  }

  @Override
  public Transport connect(boolean takeOver) throws IOException, SyncException {
    return new Counting(connector.connect(takeOver));
  }

  private final class Counting implements Transport {
    private final Transport transport;
    private final OutputStream output;

    Counting(Transport transport) {
      this.transport = transport;
      output =
          new FilterOutputStream(transport.output()) {
            @Override
            public void write(byte[] some, int offset, int length) throws IOException {
              bytes += length;
              out.write(some, offset, length);
            }
          };
    }

    @Override
    public boolean isNear() {
      return near;
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
