package io.godev.cli.sync;

import io.godev.cli.sync.Messages.Error;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Everything the client's thread waits for: frames of the runtime, and changes of local files. */
final class Inbox {
  /** The runtime answers sooner, or the connection is dead: a laptop slept, a node went away. */
  static final Duration PATIENCE = Duration.ofSeconds(40);

  // for a save in several steps, and for those of many files
  private static final Duration QUIET = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private record Arrived(int connection, Object what) {}

  private record Changed(String path) {}

  private static final Object WAKE = new Object();

  private final BlockingQueue<Object> queue = new LinkedBlockingQueue<>();
  private final Set<String> changed = new HashSet<>();
  private int connection;

  /** What still comes of the connection before does not count. */
  void renew() {
    connection++;
  }

  /** Where frames of the present connection go, or the exception that ended it. */
  Consumer<Object> frames() {
    var of = connection;
    return what -> queue.add(new Arrived(of, what));
  }

  /** From any thread: something may have changed at the path, "" for anywhere. */
  void changed(String path) {
    queue.add(new Changed(path));
  }

  /** From any thread: whoever waits for changes looks again. */
  void wake() {
    queue.add(WAKE);
  }

  /** The paths that may have changed since the last call. */
  Set<String> takeChanged() {
    var taken = Set.copyOf(changed);
    changed.clear();
    return taken;
  }

  /** Waits for a frame of that kind. */
  Frame frame(char kind) throws IOException, SyncException, InterruptedException {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var frame = next(deadline - System.nanoTime());
      if (frame == null) {
        throw new SocketTimeoutException(
            "nothing was heard for %d s".formatted(PATIENCE.toSeconds()));
      }
      if (frame.kind() == kind) {
        return frame;
      }
      if (frame.kind() != Frame.PONG) {
        throw new IOException("this is not godevd receive: a frame " + frame.kind());
      }
    }
  }

  /**
   * Waits until something changed and then was quiet, or the time is over.
   *
   * @return whether the runtime was heard
   */
  boolean awaitChange(Duration time) throws IOException, SyncException, InterruptedException {
    var now = System.nanoTime();
    var end = now + time.toNanos();
    var latest = Long.MAX_VALUE;
    var heard = false;
    if (!changed.isEmpty()) {
      latest = now + LONGEST.toNanos();
      end = now + QUIET.toNanos();
    }
    while (System.nanoTime() < end) {
      var item = queue.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (item == WAKE) {
        return heard;
      }
      if (item instanceof Changed change) {
        changed.add(change.path());
        now = System.nanoTime();
        latest = Math.min(latest, now + LONGEST.toNanos());
        end = Math.min(latest, now + QUIET.toNanos());
      } else if (item != null) {
        heard |= frame(item) != null;
      }
    }
    return heard;
  }

  // null when the time is over
  private Frame next(long nanos) throws IOException, SyncException, InterruptedException {
    var end = System.nanoTime() + nanos;
    while (true) {
      var item = queue.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (item == null) {
        return null;
      }
      if (item == WAKE) {
        throw new InterruptedException("closed");
      }
      if (item instanceof Changed change) {
        changed.add(change.path());
      } else {
        var frame = frame(item);
        if (frame != null) {
          return frame;
        }
      }
    }
  }

  // null for what came of an earlier connection
  private Frame frame(Object item) throws IOException, SyncException {
    var arrived = (Arrived) item;
    if (arrived.connection() != connection) {
      return null;
    }
    if (arrived.what() instanceof IOException failure) {
      throw failure;
    }
    var frame = (Frame) arrived.what();
    if (frame.kind() == Frame.ERROR) {
      throw Refused.of(Messages.read(frame, Error.class));
    }
    return frame;
  }
}
