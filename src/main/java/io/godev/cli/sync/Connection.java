package io.godev.cli.sync;

import io.godev.cli.sync.Messages.Completed;
import io.godev.cli.sync.Messages.Entry;
import io.godev.cli.sync.Messages.Hello;
import io.godev.cli.sync.Messages.Manifest;
import io.godev.cli.sync.Messages.Welcome;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** A session with the runtime. Its frames come in with everything else the client waits for. */
final class Connection implements AutoCloseable {
  private static final byte[] NOTHING = new byte[0];

  private final Transport transport;
  private final Inbox inbox;

  private Connection(Transport transport, Inbox inbox) {
    this.transport = transport;
    this.inbox = inbox;
  }

  /** Begins to read what the runtime sends. */
  static Connection over(Transport transport, Inbox inbox) {
    var connection = new Connection(transport, inbox);
    inbox.renew();
    var reader = new Thread(connection.reading(inbox.frames()), "sync-reader");
    reader.setDaemon(true);
    reader.start();
    return connection;
  }

  private Runnable reading(Consumer<Object> frames) {
    return () -> {
      try {
        var in = new DataInputStream(new BufferedInputStream(transport.input(), 64 << 10));
        for (var frame = Frame.read(in); frame != null; frame = Frame.read(in)) {
          frames.accept(frame);
        }
        frames.accept(new EOFException("the connection ended"));
      } catch (IOException e) {
        frames.accept(e);
      }
    };
  }

  /** Says hello, and returns what the runtime allows. */
  Welcome greet(String client, String session, boolean takeOver)
      throws IOException, SyncException, InterruptedException {
    send(Frame.HELLO, new Hello(Frame.PROTOCOL, client, session, takeOver));
    var welcome = Messages.read(inbox.frame(Frame.WELCOME), Welcome.class);
    if (welcome.protocol() != Frame.PROTOCOL) {
      throw new SyncException(
          "the environment's runtime speaks version %d of the protocol, godev version %d; upgrade the older one"
              .formatted(welcome.protocol(), Frame.PROTOCOL));
    }
    return welcome;
  }

  /** What sync brought before, by path; comes after the welcome. */
  Map<String, Entry> manifest() throws IOException, SyncException, InterruptedException {
    Map<String, Entry> held = new HashMap<>();
    Manifest part;
    do {
      part = Messages.read(inbox.frame(Frame.MANIFEST), Manifest.class);
      if (part.entries() != null) {
        part.entries().forEach(entry -> held.put(entry.path(), entry));
      }
    } while (!part.last());
    return held;
  }

  /** Says that everything is pushed; returns what the runtime makes of that. */
  Completed complete() throws IOException, SyncException, InterruptedException {
    Frame.write(transport.output(), Frame.COMPLETE, NOTHING, 0);
    return Messages.read(inbox.frame(Frame.COMPLETED), Completed.class);
  }

  void ping() throws IOException {
    Frame.write(transport.output(), Frame.PING, NOTHING, 0);
  }

  void bye() throws IOException {
    Frame.write(transport.output(), Frame.BYE, NOTHING, 0);
  }

  Transport transport() {
    return transport;
  }

  private void send(char kind, Object message) throws IOException {
    var payload = Messages.bytes(message);
    Frame.write(transport.output(), kind, payload, payload.length);
  }

  @Override
  public void close() throws IOException {
    transport.close();
  }
}
