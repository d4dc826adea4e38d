package io.godev.cli.sync;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * One message of the protocol that {@code godevd receive} speaks: a byte that says what it is, four
 * with the length, the payload.
 */
record Frame(char kind, byte[] payload) {
  static final int PROTOCOL = 1;

  static final char HELLO = 'H';
  static final char BEGIN = 'B';
  static final char DATA = 'D';
  static final char ABORT = 'X';
  static final char END = 'E';
  static final char COMPLETE = 'C';
  static final char PING = 'P';
  static final char BYE = 'Q';

  static final char WELCOME = 'h';
  static final char MANIFEST = 'm';
  static final char ACK = 'a';
  static final char COMPLETED = 'c';
  static final char PONG = 'p';
  static final char ERROR = 'x';

  private static final int LONGEST = 4 << 20;

  /** The next frame; null at the end of the stream. */
  static Frame read(DataInputStream in) throws IOException {
    var kind = in.read();
    if (kind < 0) {
      return null;
    }
    var length = in.readInt();
    if (length < 0 || length > LONGEST) {
      throw new IOException("this is not godevd receive: a frame of %d bytes".formatted(length));
    }
    var payload = in.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException("the stream ends within a frame");
    }
    return new Frame((char) kind, payload);
  }

  static void write(OutputStream out, char kind, byte[] payload, int length) throws IOException {
    var frame = ByteBuffer.allocate(5 + length);
    frame.put((byte) kind).putInt(length).put(payload, 0, length);
    // one write, so that it is one message on its way through the API server
    out.write(frame.array());
    out.flush();
  }
}
