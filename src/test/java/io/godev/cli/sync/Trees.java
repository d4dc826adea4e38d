package io.godev.cli.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** What a folder holds, in lines that can be compared: the runtime's own folder left out. */
final class Trees {

  private Trees() {}

  /** By path: kind, execute bit, time and SHA-256 of files; target of links. */
  static SortedMap<String, String> of(Path root) {
    try {
      return read(root);
    } catch (NoSuchFileException e) {
      // something is gone since it was listed
      return of(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Paths that are not the same in both, with what each has there. */
  static List<String> difference(Path one, Path other) {
    var ones = of(one);
    var others = of(other);
    var paths = new TreeSet<>(ones.keySet());
    paths.addAll(others.keySet());
    return paths.stream()
        .filter(path -> !Objects.equals(ones.get(path), others.get(path)))
        .map(path -> "%s: %s, not %s".formatted(path, ones.get(path), others.get(path)))
        .toList();
  }

  private static SortedMap<String, String> read(Path root) throws IOException {
    SortedMap<String, String> tree = new TreeMap<>();
    try (var paths = Files.walk(root)) {
      for (var path : (Iterable<Path>) paths::iterator) {
        var name = root.relativize(path).toString();
        if (!name.isEmpty() && !name.equals(".godev") && !name.startsWith(".godev/")) {
          tree.put(name, line(path));
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return tree;
  }

  private static String line(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return "link to " + Files.readSymbolicLink(path);
    }
    if (Files.isDirectory(path)) {
      return "folder";
    }
    return "file %s %s %s"
        .formatted(
            Files.isExecutable(path) ? "x" : "-",
            Files.getLastModifiedTime(path).to(TimeUnit.NANOSECONDS) / 100,
            hash(Files.readAllBytes(path)));
  }

  private static String hash(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
