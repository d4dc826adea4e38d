package io.godev.cli.sync;

import io.godev.cli.sync.LocalFile.Kind;
import io.godev.cli.sync.Messages.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A part of a difference that is put in its place at once. */
record Batch(List<String> remove, List<Move> rename, List<String> write) {
  // small enough to be sent again after a broken connection, large enough not to wait for answers
  private static final long BYTES = 2 << 20;
  private static final int FILES = 500;
  // of a message
  private static final int NAMES = 5_000;

  /** The batches of a difference, in their order. */
  static List<Batch> of(Difference difference, Map<String, LocalFile> files) {
    List<Batch> batches = new ArrayList<>();
    // without removals and renames behind it, so that what is replaced is gone only for a moment
    var remove = difference.remove();
    for (; remove.size() > NAMES; remove = remove.subList(NAMES, remove.size())) {
      batches.add(new Batch(remove.subList(0, NAMES), List.of(), List.of()));
    }
    var rename = difference.rename();
    for (; rename.size() > NAMES; rename = rename.subList(NAMES, rename.size())) {
      batches.add(new Batch(List.of(), rename.subList(0, NAMES), List.of()));
    }
    List<String> write = new ArrayList<>();
    var bytes = 0L;
    for (var path : difference.write()) {
      var file = files.get(path);
      var size = file.kind() == Kind.FILE ? file.size() : 0;
      if (!write.isEmpty() && (bytes + size > BYTES || write.size() == FILES)) {
        batches.add(new Batch(remove, rename, write));
        remove = List.of();
        rename = List.of();
        write = new ArrayList<>();
        bytes = 0;
      }
      write.add(path);
      bytes += size;
    }
    batches.add(new Batch(remove, rename, write));
    return batches;
  }
}
