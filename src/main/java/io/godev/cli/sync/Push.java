package io.godev.cli.sync;

import io.godev.cli.sync.BatchWriter.Sent;
import io.godev.cli.sync.Messages.Ack;
import io.godev.cli.sync.Messages.Entry;
import io.godev.cli.sync.SyncListener.Pushed;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Pushes what the workspace does not have, over one connection. */
final class Push {
  private static final int WINDOW = 4;
  // so often what changed while it was read is tried
  private static final int ROUNDS = 3;
  private static final Duration MOMENT = Duration.ofMillis(200);

  private final LocalTree tree;
  private final Digests digests;
  private final Inbox inbox;
  private final SyncListener listener;
  private final Problems problems;
  private final BatchWriter writer;
  private final Map<String, Entry> held;
  private final Map<String, LocalFile> refused = new HashMap<>();
  private long batches;

  /**
   * Over the connection of the writer.
   *
   * @param held what the workspace has, by path; changes with what is acknowledged
   */
  Push(
      LocalTree tree,
      Digests digests,
      Inbox inbox,
      SyncListener listener,
      Problems problems,
      BatchWriter writer,
      Map<String, Entry> held) {
    this.tree = tree;
    this.digests = digests;
    this.inbox = inbox;
    this.listener = listener;
    this.problems = problems;
    this.writer = writer;
    this.held = held;
  }

  /**
   * Brings what the folder holds now to the workspace; {@code started} is by {@link
   * System#nanoTime}. What changes meanwhile is left to the next call: a folder that is written all
   * the time would never come to an end.
   */
  Pushed all(LocalChanges changes, long started)
      throws SyncException, IOException, InterruptedException {
    var total = new Pushed(0, 0, 0, 0, Duration.ZERO);
    for (var round = 1; round <= ROUNDS; round++) {
      changes.look();
      var difference = difference();
      if (difference.isEmpty()) {
        return total;
      }
      var sent = new Round(difference);
      while (sent.goesOn()) {
        total = sent.next(total, started);
      }
      if (sent.isWhole()) {
        return total;
      }
      // whoever writes it gets a moment; nothing is on its way that this would miss
      inbox.awaitChange(MOMENT);
    }
    return total;
  }

  /** Whether the workspace may be another than before. */
  boolean hasSent() {
    return batches > 0;
  }

  private Difference difference() throws LocalFolderException {
    try {
      return Difference.of(tree, digests, held, refused);
    } catch (IOException e) {
      throw new LocalFolderException(e);
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

  /** One difference on its way: a few batches are sent before the first is acknowledged. */
  private final class Round {
    private final Deque<Batch> left;
    private final Deque<Sent> sent = new ArrayDeque<>();
    private boolean whole = true;

    Round(Difference difference) {
      left = new ArrayDeque<>(Batch.of(difference, tree.files()));
    }

    boolean goesOn() {
      return !left.isEmpty() || !sent.isEmpty();
    }

    /** Whether all that was sent arrived, and was not changed while it was read. */
    boolean isWhole() {
      return whole;
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
      whole &= batch.stale().isEmpty() && ack.missing().isEmpty();
      if (batch.aborted()) {
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
  }
}
