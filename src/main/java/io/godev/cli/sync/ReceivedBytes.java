package io.godev.cli.sync;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Bytes from a writer that must not wait to a reader that does. Unlike the JDK's piped streams it
 * wakes the reader with each write.
 */
final class ReceivedBytes extends InputStream {
  private static final byte[] END = new byte[0];

  private final BlockingQueue<byte[]> queue = new LinkedBlockingQueue<>();
  private volatile IOException failure;
  private byte[] current = new byte[1];
  private int at = 1;

  /** Where the bytes come from. */
  OutputStream sink() {
    return new OutputStream() {
      @Override
      public void write(int b) {
        queue.add(new byte[] {(byte) b});
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        if (length > 0) {
          queue.add(Arrays.copyOfRange(bytes, offset, offset + length));
        }
      }
    };
  }

  /**
   * Ends the stream behind what was written so far: with the failure, or as at the end of a file.
   */
  void end(IOException why) {
    failure = failure == null ? why : failure;
    queue.add(END);
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (at == current.length) {
      if (current == END) {
        if (failure != null) {
          throw failure;
        }
        return -1;
      }
      try {
        current = queue.take();
        at = 0;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
    var some = Math.min(length, current.length - at);
    System.arraycopy(current, at, bytes, offset, some);
    at += some;
    return some;
  }
}
