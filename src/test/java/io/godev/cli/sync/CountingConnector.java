package io.godev.cli.sync;

import java.io.FilterOutputStream;
import java.io.IOException;
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
    var transport = connector.connect(takeOver);
    return new WrappedTransport(transport, new Counting(transport.output())) {
      @Override
      public boolean isNear() {
        return near;
      }
    };
  }

  private final class Counting extends FilterOutputStream {
    Counting(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] some, int offset, int length) throws IOException {
      bytes += length;
      out.write(some, offset, length);
    }
  }
}
