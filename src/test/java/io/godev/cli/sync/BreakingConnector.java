package io.godev.cli.sync;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

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
    return ++connections == 1 ? new Breaking(transport) : transport;
  }

  private final class Breaking implements Transport {
    private final Transport transport;
    private final OutputStream output;

    Breaking(Transport transport) {
      this.transport = transport;
      output =
          new FilterOutputStream(transport.output()) {
            private long written;

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
              written += length;
              if (written > after) {
                transport.close();
                throw new IOException("broken");
              }
              out.write(bytes, offset, length);
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
