package io.godev.cli.sync;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Another transport, for tests that change one thing about it. */
class WrappedTransport implements Transport {
  private final Transport transport;
  private final OutputStream output;

  WrappedTransport(Transport transport) {
    this(transport, transport.output());
  }

  /** With another way for what is sent. */
  WrappedTransport(Transport transport, OutputStream output) {
    this.transport = transport;
    this.output = output;
  }

  @Override
  public final InputStream input() {
    return transport.input();
  }

  @Override
  public final OutputStream output() {
    return output;
  }

  @Override
  public boolean isNear() {
    return transport.isNear();
  }

  @Override
  public final String place() {
    return transport.place();
  }

  @Override
  public void close() throws IOException {
    transport.close();
  }
}
