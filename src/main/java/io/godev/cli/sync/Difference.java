package io.godev.cli.sync;

import io.godev.cli.sync.LocalFile.Kind;
import io.godev.cli.sync.Messages.Entry;
import io.godev.cli.sync.Messages.Move;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What makes the workspace hold what the local folder does. Removals come first, then renames, then
 * what is written; a folder before what is in it.
 */
record Difference(List<String> remove, List<Move> rename, List<String> write) {

  /** Where a file's content may have come from. */
  private record Content(long size, boolean executable, long modified) {}

  boolean isEmpty() {
    return remove.isEmpty() && rename.isEmpty() && write.isEmpty();
  }

  /**
   * @param held what sync brought to the workspace, by path
   * @param refused what the workspace would not take, as it looked then
   */
  static Difference of(
      LocalTree tree, Digests digests, Map<String, Entry> held, Map<String, LocalFile> refused)
      throws IOException {
    Set<String> remove = new LinkedHashSet<>();
    for (var entry : held.values()) {
      var local = tree.files().get(entry.path());
      if (local == null
          ? !isUnknown(tree, entry.path()) && !refused.containsKey(entry.path())
          : replaces(local, entry)) {
        remove.add(entry.path());
      }
    }
    Set<String> write = new LinkedHashSet<>();
    for (var local : List.copyOf(tree.files().entrySet())) {
      var path = local.getKey();
      if (!local.getValue().equals(refused.get(path))
          && differs(tree, digests, path, local.getValue(), held.get(path))) {
        write.add(path);
      }
    }
    var rename = renames(tree, digests, held, remove, write);
    for (var move : rename) {
      remove.remove(move.from());
      write.remove(move.to());
    }
    return new Difference(List.copyOf(remove), rename, List.copyOf(write));
  }

  // a rename on the other side replaces a file or link by another, but no folder, and not by one
  private static boolean replaces(LocalFile local, Entry entry) {
    return local.kind() != Kind.UNSENDABLE
        && !local.kind().code().equals(entry.kind())
        && (local.kind() == Kind.FOLDER || entry.kind().equals(Kind.FOLDER.code()));
  }

  // in a folder that cannot be listed
  private static boolean isUnknown(LocalTree tree, String path) {
    for (var at = Names.parent(path); !at.isEmpty(); at = Names.parent(at)) {
      if (LocalFile.UNSENDABLE.equals(tree.files().get(at))) {
        return true;
      }
    }
    return false;
  }

  private static boolean differs(
      LocalTree tree, Digests digests, String path, LocalFile local, Entry entry) {
    if (local.kind() == Kind.UNSENDABLE) {
      return false;
    }
    if (entry == null || !local.kind().code().equals(entry.kind())) {
      return true;
    }
    return switch (local.kind()) {
      case FOLDER -> false;
      case LINK -> !local.target().equals(entry.hash());
      default ->
          entry.hash() == null
              || local.size() != entry.size()
              || local.executable() != entry.executable()
              || local.modified() != entry.time()
              || !entry.hash().equals(hash(tree, digests, path, local));
    };
  }

  // "" if it cannot be read, which sending it will tell
  private static String hash(LocalTree tree, Digests digests, String path, LocalFile local) {
    try {
      return digests.of(path, tree.path(path), local);
    } catch (IOException e) {
      return "";
    }
  }

  private static List<Move> renames(
      LocalTree tree,
      Digests digests,
      Map<String, Entry> held,
      Set<String> remove,
      Set<String> write) {
    Map<Content, String> gone = new HashMap<>();
    for (var path : remove) {
      var entry = held.get(path);
      if (entry.kind().equals(Kind.FILE.code()) && entry.hash() != null && entry.size() > 0) {
        gone.put(new Content(entry.size(), entry.executable(), entry.time()), path);
      }
    }
    List<Move> renames = new ArrayList<>();
    if (gone.isEmpty()) {
      return renames;
    }
    for (var path : write) {
      var local = tree.files().get(path);
      var content = new Content(local.size(), local.executable(), local.modified());
      var from = local.kind() == Kind.FILE && !held.containsKey(path) ? gone.get(content) : null;
      if (from != null && held.get(from).hash().equals(hash(tree, digests, path, local))) {
        gone.remove(content);
        renames.add(new Move(from, path));
      }
    }
    return renames;
  }
}
