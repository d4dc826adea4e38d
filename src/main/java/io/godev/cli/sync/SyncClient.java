package io.godev.cli.sync;

import io.godev.cli.sync.BatchWriter.Sent;
import io.godev.cli.sync.Messages.Ack;
import io.godev.cli.sync.Messages.Entry;
import io.godev.cli.sync.SyncListener.Pushed;
import io.godev.cli.sync.Transport.NotReadyException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps a workspace as the local folder is: pushes it, and then each change, until it is closed.
 * Nothing is ever written to the folder.
 *
 * <p>After a broken connection, or with a new pod, it goes on with what the workspace does not
 * have.
 */
public final class SyncClient implements AutoCloseable {
  static final String NO_MODULE =
      "there is none at the top of what is pushed; the program waits for it";

  private static final Duration PING = Duration.ofSeconds(10);
  private static final Duration RESCAN = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofSeconds(2);
  // a rescan takes at most this part of the time
  private static final int SHARE = 50;
  private static final int WINDOW = 4;
  private static final Duration NOT_READY = Duration.ofMillis(500);
  private static final Duration FIRST_RETRY = Duration.ofMillis(250);
  private static final Duration LAST_RETRY = Duration.ofSeconds(10);

  private final Path root;
  private final Transport.Connector connector;
  private final SyncListener listener;
  private final String client;
  private final boolean once;
  private final Inbox inbox = new Inbox();
  private final Problems problems;
  private final LocalTree tree;
  private final Digests digests = new Digests();
  private final String session = UUID.randomUUID().toString();
  private final CompletableFuture<Void> firstPush = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Thread thread = new Thread(this::run, "sync");

  private volatile boolean closing;
  private volatile boolean watching;
  private boolean takeOver;
  private Duration retry = FIRST_RETRY;
  private long scanned;
  private Duration scanTook = Duration.ZERO;
  private volatile Connection connection;
  private Map<String, Entry> held = Map.of();
  private final Map<String, LocalFile> refused = new HashMap<>();
  private long batches;

  SyncClient(
      Path folder,
      Transport.Connector connector,
      SyncListener listener,
      String client,
      boolean once,
      boolean takeOver)
      throws IOException {
    root = folder.toRealPath();
    this.connector = connector;
    this.listener = listener;
    this.client = client;
    this.once = once;
    this.takeOver = takeOver;
    problems = new Problems(listener::problem);
    tree = new LocalTree(root, problems);
  }

  /** Begins, in a thread of its own. */
  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Done when the workspace holds for the first time what the folder does. */
  public CompletableFuture<Void> firstPush() {
    return firstPush.copy();
  }

  /** Done when it was closed, or with "once" everything is pushed; fails with a SyncException. */
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  /** Ends it, and waits for that. */
  @Override
  public void close() throws IOException {
    closing = true;
    inbox.wake();
    var open = connection;
    if (open != null) {
      open.close();
    }
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (var watcher = once ? null : watch()) {
      scan();
      while (!closing && !attempt()) {
        // tries again
      }
      finish(null);
    } catch (InterruptedException e) {
      finish(closing ? null : e);
    } catch (SyncException e) {
      finish(e);
    } catch (IOException | RuntimeException | LinkageError e) {
      finish(closing ? null : new SyncException(root + ": " + e.getMessage(), e));
    }
  }

  private void finish(Exception failure) {
    var cause =
        failure == null ? new SyncException("it ended before everything was pushed") : failure;
    firstPush.completeExceptionally(cause);
    if (failure == null) {
      ended.complete(null);
    } else {
      ended.completeExceptionally(failure);
    }
  }

  // null where the system has no events: then it is looked for changes often
  private Watcher watch() {
    try {
      watching = true;
      return Watcher.start(root, inbox::changed, this::needsNoEvents, () -> watching = false);
    } catch (IOException e) {
      watching = false;
      listener.problem(
          ".",
          "there are no events of file changes (%s); they are looked for every %d s"
              .formatted(e.getMessage(), POLL.toSeconds()));
      return null;
    }
  }

  // from the watcher's thread, which must not meet the rules while they are read anew
  private boolean needsNoEvents(String path, boolean folder) {
    return new LocalTree(root, new Problems((at, problem) -> {})).ignores(path, folder);
  }

  // whether all is done
  private boolean attempt() throws SyncException, IOException, InterruptedException {
    try (var transport = connector.connect(takeOver)) {
      connection = Connection.over(transport, inbox);
      if (!closing) {
        serve();
      }
      return true;
    } catch (NotReadyException e) {
      listener.waiting(e.getMessage());
      pause(NOT_READY);
    } catch (LocalFolderException e) {
      throw e.cause();
    } catch (IOException e) {
      if (closing) {
        return true;
      }
      listener.disconnected(e.getMessage(), retry);
      pause(retry);
      retry = retry.multipliedBy(2).compareTo(LAST_RETRY) > 0 ? LAST_RETRY : retry.multipliedBy(2);
    } finally {
      connection = null;
    }
    return false;
  }

  private void pause(Duration time) throws SyncException, InterruptedException {
    inbox.renew();
    var end = System.nanoTime() + time.toNanos();
    try {
      while (!closing && System.nanoTime() < end) {
        inbox.awaitChange(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      }
    } catch (IOException e) {
      throw new IllegalStateException("there is no connection", e);
    }
  }

  private void serve() throws SyncException, IOException, InterruptedException {
    var open = connection;
    var started = System.nanoTime();
    var welcome = open.greet(client, session, takeOver);
    held = open.manifest();
    refused.clear();
    // from now on another client that takes over is not ended again
    takeOver = false;
    retry = FIRST_RETRY;
    listener.connected(open.transport().place());
    var writer =
        new BatchWriter(tree, digests, open.transport().output(), welcome.maxFile(), problems);
    var all = push(writer, started);
    var goMod = open.complete();
    listener.firstPush(all);
    if (!goMod) {
      problems.report("go.mod", NO_MODULE);
    }
    firstPush.complete(null);
    if (once) {
      open.bye();
      return;
    }
    follow(open, writer);
  }

  private void follow(Connection open, BatchWriter writer)
      throws SyncException, IOException, InterruptedException {
    var heard = System.nanoTime();
    var asked = heard;
    while (!closing) {
      if (inbox.awaitChange(min(PING, untilRescan()))) {
        heard = System.nanoTime();
      }
      if (closing) {
        open.bye();
        return;
      }
      var pushed = push(writer, System.nanoTime());
      if (!pushed.isNothing()) {
        heard = System.nanoTime();
        listener.pushed(pushed);
      }
      if (System.nanoTime() - heard > Inbox.PATIENCE.toNanos()) {
        throw new IOException("nothing was heard for %d s".formatted(Inbox.PATIENCE.toSeconds()));
      }
      if (System.nanoTime() - asked >= PING.toNanos()) {
        asked = System.nanoTime();
        open.ping();
      }
    }
  }

  // until there is nothing left to push
  private Pushed push(BatchWriter writer, long started)
      throws SyncException, IOException, InterruptedException {
    var total = new Pushed(0, 0, 0, 0, Duration.ZERO);
    while (true) {
      look();
      var difference = difference();
      if (difference.isEmpty()) {
        return total;
      }
      for (var sent = new Round(writer, difference); sent.goesOn(); ) {
        total = sent.next(total, started);
      }
    }
  }

  private Difference difference() throws LocalFolderException {
    try {
      return Difference.of(tree, digests, held, refused);
    } catch (IOException e) {
      throw new LocalFolderException(e);
    }
  }

  private void look() throws LocalFolderException {
    var changed = inbox.takeChanged();
    try {
      if (untilRescan().isZero() || changed.contains("")) {
        scan();
      } else if (!changed.isEmpty()) {
        tree.refresh(changed);
      }
    } catch (IOException e) {
      throw new LocalFolderException(e);
    }
  }

  private void scan() throws IOException {
    var began = System.nanoTime();
    tree.scan();
    scanned = System.nanoTime();
    scanTook = Duration.ofNanos(scanned - began);
  }

  private Duration untilRescan() {
    var pause = watching ? RESCAN : POLL;
    var share = scanTook.multipliedBy(SHARE);
    var next = scanned + (share.compareTo(pause) > 0 ? share : pause).toNanos();
    return Duration.ofNanos(Math.max(0, next - System.nanoTime()));
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** One difference on its way: a few batches are sent before the first is acknowledged. */
  private final class Round {
    private final BatchWriter writer;
    private final Deque<Batch> left;
    private final Deque<Sent> sent = new ArrayDeque<>();

    Round(BatchWriter writer, Difference difference) {
      this.writer = writer;
      left = new ArrayDeque<>(Batch.of(difference, tree.files()));
    }

    boolean goesOn() {
      return !left.isEmpty() || !sent.isEmpty();
    }

    Pushed next(Pushed total, long started)
        throws IOException, SyncException, InterruptedException {
      if (!left.isEmpty() && sent.size() < WINDOW) {
        sent.add(writer.send(++batches, left.remove()));
        return total;
      }
      var batch = sent.remove();
      var ack = Messages.read(inbox.frame(Frame.ACK), Ack.class);
      if (ack.id() != batch.id()) {
        throw new IOException("batch %d was acknowledged for %d".formatted(ack.id(), batch.id()));
      }
      batch.stale().forEach(inbox::changed);
      if (batch.aborted()) {
        // whoever writes it gets a moment
        pauseBriefly();
        return total;
      }
      took(batch, ack);
      return new Pushed(
          total.written() + ack.written(),
          total.renamed() + ack.renamed(),
          total.removed() + ack.removed(),
          total.bytes() + batch.bytes(),
          Duration.ofNanos(System.nanoTime() - started));
    }

    private void pauseBriefly() throws IOException, SyncException, InterruptedException {
      inbox.awaitChange(Duration.ofMillis(200));
    }
  }

  // what the workspace has now
  private void took(Sent sent, Ack ack) {
    var batch = sent.batch();
    var before = Map.copyOf(held);
    Map<String, String> not = new HashMap<>();
    ack.refused().forEach(refusal -> not.put(refusal.path(), refusal.reason()));
    batch.remove().stream().filter(path -> !not.containsKey(path)).forEach(held::remove);
    for (var move : batch.rename()) {
      if (ack.missing().contains(move)) {
        var from = before.get(move.from());
        held.put(move.from(), new Entry(from.path(), from.kind(), 0, false, 0, null));
      } else if (!not.containsKey(move.to())) {
        held.remove(move.from());
        held.put(move.to(), BatchWriter.renamed(move, before));
      }
    }
    for (var entry : sent.entries()) {
      if (!not.containsKey(entry.path())) {
        held.put(entry.path(), entry);
        refused.remove(entry.path());
      }
    }
    Set<String> settled = new HashSet<>(sent.stale());
    settled.addAll(not.keySet());
    sent.entries().forEach(entry -> settled.add(entry.path()));
    for (var path : batch.write()) {
      // what was not sent, such as a file that is too large, is not tried again as it is
      if (!settled.contains(path)) {
        refused.put(path, tree.files().getOrDefault(path, LocalFile.ABSENT));
      }
    }
    ack.kept().forEach(move -> listener.kept(move.from(), move.to()));
    not.forEach(
        (path, reason) -> {
          problems.report(path, "the workspace does not take it: " + reason);
          refused.put(path, tree.files().getOrDefault(path, LocalFile.ABSENT));
        });
  }

  /** Something is wrong on this side, which a new connection does not change. */
  private static final class LocalFolderException extends IOException {
    LocalFolderException(IOException cause) {
      super(cause);
    }

    IOException cause() {
      return (IOException) getCause();
    }
  }
}
