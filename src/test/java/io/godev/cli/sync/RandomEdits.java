package io.godev.cli.sync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What developers, editors and git do to a folder, at random, done to two folders alike: whatever
 * else happens to one of them shows in the other.
 */
final class RandomEdits {
  private static final List<String> NAMES =
      List.of("a", "b", "c", "main.go", "go.sum", "ünder score", "x.sh", "Makefile", "d", "e.txt");

  private final Random random;
  private final List<Path> roots;

  RandomEdits(long seed, Path... roots) {
    random = new Random(seed);
    this.roots = List.of(roots);
  }

  /** Does one, and returns what. */
  String next() throws IOException {
    var there = paths();
    var some = there.isEmpty() ? null : there.get(random.nextInt(there.size()));
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3:
        return write(newPath(there));
      case 4:
        return some == null ? write("go.mod") : overwrite(some);
      case 5:
        return some == null ? write("go.mod") : delete(some);
      case 6, 7:
        return some == null ? write("go.mod") : move(some, newPath(there));
      case 8:
        return some == null ? write("go.mod") : replace(some);
      case 9:
        return some == null ? write("go.mod") : changeCase(some);
      case 10:
        return some == null ? write("go.mod") : changeMode(some);
      default:
        return link(newPath(there));
    }
  }

  private List<String> paths() throws IOException {
    var root = roots.get(0);
    try (var paths = Files.walk(root)) {
      return paths
          .filter(path -> !path.equals(root))
          .map(path -> root.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  // in the top or a folder that is there, or in a new one
  private String newPath(List<String> there) throws IOException {
    List<String> folders = new ArrayList<>(List.of("", ""));
    for (var path : there) {
      if (isFolder(path) && path.chars().filter(c -> c == '/').count() < 5) {
        folders.add(path);
      }
    }
    var folder = folders.get(random.nextInt(folders.size()));
    var name = NAMES.get(random.nextInt(NAMES.size())) + random.nextInt(3);
    if (random.nextInt(4) == 0) {
      name = NAMES.get(random.nextInt(NAMES.size())) + "/" + name;
    }
    return folder.isEmpty() ? name : folder + "/" + name;
  }

  private String write(String path) throws IOException {
    if (isFolder(path) || isBlocked(path)) {
      return "nothing";
    }
    var content = new byte[random.nextInt(10) == 0 ? random.nextInt(300_000) : random.nextInt(50)];
    random.nextBytes(content);
    for (var root : roots) {
      Files.createDirectories(root.resolve(path).getParent());
      // a link is replaced, not followed
      Files.deleteIfExists(root.resolve(path));
      Files.write(root.resolve(path), content);
    }
    sameTime(path);
    return "write " + path;
  }

  // the same size and perhaps the same tick of the clock
  private String overwrite(String path) throws IOException {
    if (isFolder(path) || isLink(path)) {
      return "nothing";
    }
    var content = new byte[(int) Files.size(roots.get(0).resolve(path))];
    random.nextBytes(content);
    for (var root : roots) {
      Files.write(root.resolve(path), content);
    }
    sameTime(path);
    return "overwrite " + path;
  }

  private String delete(String path) throws IOException {
    for (var root : roots) {
      remove(root.resolve(path));
    }
    return "delete " + path;
  }

  private String move(String from, String to) throws IOException {
    if (to.equals(from) || to.startsWith(from + "/") || isBlocked(to) || isThere(to)) {
      return "nothing";
    }
    for (var root : roots) {
      Files.createDirectories(root.resolve(to).getParent());
      Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }
    return "move %s to %s".formatted(from, to);
  }

  private String replace(String path) throws IOException {
    var wasFolder = isFolder(path);
    delete(path);
    return "replace: " + write(wasFolder ? path : path + "/inside");
  }

  private String changeCase(String path) throws IOException {
    var name = Names.name(path);
    var other = name.toUpperCase(Locale.ROOT);
    other = other.equals(name) ? name.toLowerCase(Locale.ROOT) : other;
    return move(path, Names.child(Names.parent(path), other));
  }

  private String changeMode(String path) throws IOException {
    if (isFolder(path) || isLink(path)) {
      return "nothing";
    }
    var mode = Files.isExecutable(roots.get(0).resolve(path)) ? "rw-r--r--" : "rwxr-xr-x";
    for (var root : roots) {
      Files.setPosixFilePermissions(root.resolve(path), PosixFilePermissions.fromString(mode));
    }
    return "mode of " + path;
  }

  private String link(String path) throws IOException {
    if (isThere(path) || isBlocked(path)) {
      return "nothing";
    }
    var target = Path.of(NAMES.get(random.nextInt(NAMES.size())) + "0");
    for (var root : roots) {
      Files.createDirectories(root.resolve(path).getParent());
      Files.createSymbolicLink(root.resolve(path), target);
    }
    return "link " + path;
  }

  private void sameTime(String path) throws IOException {
    FileTime time = Files.getLastModifiedTime(roots.get(0).resolve(path));
    for (var root : roots.subList(1, roots.size())) {
      Files.setLastModifiedTime(root.resolve(path), time);
    }
  }

  private boolean isThere(String path) {
    return Files.exists(roots.get(0).resolve(path), LinkOption.NOFOLLOW_LINKS);
  }

  private boolean isFolder(String path) {
    return Files.isDirectory(roots.get(0).resolve(path), LinkOption.NOFOLLOW_LINKS);
  }

  private boolean isLink(String path) {
    return Files.isSymbolicLink(roots.get(0).resolve(path));
  }

  // a file or link is in the place of one of its folders
  private boolean isBlocked(String path) {
    for (var at = Names.parent(path); !at.isEmpty(); at = Names.parent(at)) {
      if (isThere(at) && !isFolder(at)) {
        return true;
      }
    }
    return false;
  }

  private static void remove(Path path) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.delete(path);
      return;
    }
    try (var paths = Files.walk(path)) {
      for (var one : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }
}
