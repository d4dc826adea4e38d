package io.godev.cli.sync;

import java.io.FilterOutputStream;
import java.io.IOException;

/** Breaks the first connection after so many bytes. */
final class BreakingConnector implements Transport.Connector {
  private final Transport.Connector connector;
  private final long after;
  private int connections;

  BreakingConnector(Transport.Connector connector, long after) {
    this.connector = connector;
    this.after = after;
  }

  int connections() {
    return connections;
  }

  @Override
  public Transport connect(boolean takeOver) throws IOException, SyncException {
    var transport = connector.connect(takeOver);
    return ++connections == 1
        ? new WrappedTransport(transport, new Breaking(transport))
        : transport;
  }

  private final class Breaking extends FilterOutputStream {
    private final Transport transport;
    private long written;

    Breaking(Transport transport) {
      super(transport.output());
      this.transport = transport;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      written += length;
      if (written > after) {
        transport.close();
        throw new IOException("broken");
      }
      out.write(bytes, offset, length);
    }
  }
}
