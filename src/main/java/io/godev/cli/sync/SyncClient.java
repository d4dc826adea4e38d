package io.godev.cli.sync;

import io.godev.cli.sync.SyncListener.Pushed;
import io.godev.cli.sync.Transport.NotReadyException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

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
  private final CompletableFuture<Arrival> firstPush = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Thread thread = new Thread(this::run, "sync");

  private volatile boolean closing;
  private boolean takeOver;
  private boolean isNews;
  private FutureTask<Transport> early; // null when it was taken
  private Duration retry = FIRST_RETRY;
  private volatile Connection connection;

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

  /** Done when the workspace has for the first time all that the folder had as it was looked at. */
  public CompletableFuture<Arrival> firstPush() {
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
    connectEarly();
    try (var changes = new LocalChanges(root, tree, inbox, listener, once)) {
      while (!closing && !attempt(changes)) {
        // tries again
      }
      finish(null);
    } catch (InterruptedException e) {
      finish(closing ? null : e);
    } catch (SyncException e) {
      finish(e);
    } catch (IOException | RuntimeException | LinkageError e) {
      finish(closing ? null : new SyncException(root + ": " + e.getMessage(), e));
    } finally {
      closeEarly();
    }
  }

  // while the folder is looked at
  private void connectEarly() {
    early = new FutureTask<>(() -> connector.connect(takeOver));
    var connecting = new Thread(early, "sync-connect");
    connecting.setDaemon(true);
    connecting.start();
  }

  private Transport connect() throws SyncException, IOException, InterruptedException {
    var begun = early;
    early = null;
    try {
      return begun == null ? connector.connect(takeOver) : begun.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SyncException refusal) {
        throw refusal;
      }
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }

  // that of a folder which cannot be looked at
  private void closeEarly() {
    if (early != null) {
      try {
        connect().close();
      } catch (SyncException | IOException e) {
        // then there is none
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
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

  // whether all is done
  private boolean attempt(LocalChanges changes)
      throws SyncException, IOException, InterruptedException {
    try (var transport = connect()) {
      connection = Connection.over(transport, inbox);
      if (!closing) {
        serve(changes);
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

  private void serve(LocalChanges changes) throws SyncException, IOException, InterruptedException {
    var open = connection;
    var started = System.nanoTime();
    var welcome = open.greet(client, session, takeOver);
    var held = open.manifest();
    // from now on another client that takes over is not ended again
    takeOver = false;
    retry = FIRST_RETRY;
    listener.connected(open.transport().place());
    var writer = new BatchWriter(tree, digests, open.transport(), welcome.maxFile(), problems);
    var push = new Push(tree, digests, inbox, listener, problems, writer, held);
    var all = all(push, changes, started);
    var completed = open.complete();
    listener.firstPush(all);
    if (!completed.goMod()) {
      problems.report("go.mod", NO_MODULE);
    }
    firstPush.complete(new Arrival(isNews, completed.placed()));
    if (once) {
      open.bye();
      return;
    }
    follow(open, push, changes);
  }

  private Pushed all(Push push, LocalChanges changes, long started)
      throws SyncException, IOException, InterruptedException {
    try {
      return push.all(changes, started);
    } finally {
      // what a connection brought stays when it breaks
      isNews |= push.hasSent();
    }
  }

  private void follow(Connection open, Push push, LocalChanges changes)
      throws SyncException, IOException, InterruptedException {
    var heard = System.nanoTime();
    var asked = heard;
    while (!closing) {
      if (inbox.awaitChange(min(PING, changes.untilRescan()))) {
        heard = System.nanoTime();
      }
      if (closing) {
        open.bye();
        return;
      }
      var pushed = push.all(changes, System.nanoTime());
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

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
