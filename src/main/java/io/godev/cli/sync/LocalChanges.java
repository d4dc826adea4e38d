package io.godev.cli.sync;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Keeps the tree as the folder is: by events, and by looking at all of it now and then, because
 * events get lost.
 */
final class LocalChanges implements AutoCloseable {
  private static final Duration RESCAN = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofSeconds(2);
  // rules are read anew after it, not for each of a thousand folders
  private static final Duration GLIMPSE = Duration.ofSeconds(1);
  // a rescan takes at most this part of the time
  private static final int SHARE = 50;

  private final Path root;
  private final LocalTree tree;
  private final Inbox inbox;
  private final Watcher watcher; // null without events
  private LocalTree glimpse; // of the watcher
  private long glimpsed;
  private volatile boolean watching;
  private long scanned;
  private Duration scanTook = Duration.ZERO;

  /**
   * Begins to listen for events, and looks at the folder for the first time.
   *
   * @param once no events are needed
   */
  LocalChanges(Path root, LocalTree tree, Inbox inbox, SyncListener listener, boolean once)
      throws IOException {
    this.root = root;
    this.tree = tree;
    this.inbox = inbox;
    this.watcher = once ? null : watch(listener);
    scan();
  }

  // where the system has no events, it is looked for changes often
  private Watcher watch(SyncListener listener) {
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

  // by a tree of its own: the watcher's thread must not meet the rules while they are read anew
  private boolean needsNoEvents(String path, boolean folder) {
    if (glimpse == null || System.nanoTime() - glimpsed > GLIMPSE.toNanos()) {
      glimpse = new LocalTree(root, new Problems((at, problem) -> {}));
      glimpsed = System.nanoTime();
    }
    return glimpse.ignores(path, folder);
  }

  /** Brings the tree up to date with what changed. */
  void look() throws LocalFolderException {
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

  /** How long until it has to be looked at without an event. */
  Duration untilRescan() {
    var pause = watching ? RESCAN : POLL;
    var share = scanTook.multipliedBy(SHARE);
    var next = scanned + (share.compareTo(pause) > 0 ? share : pause).toNanos();
    return Duration.ofNanos(Math.max(0, next - System.nanoTime()));
  }

  @Override
  public void close() throws IOException {
    if (watcher != null) {
      watcher.close();
    }
  }
}
