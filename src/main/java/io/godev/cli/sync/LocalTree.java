package io.godev.cli.sync;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What is to be pushed of the local folder, by path with slashes. It is only ever read.
 *
 * <p>Not for several threads.
 */
final class LocalTree {
  // what the tar library keeps of a time, as Windows does
  private static final long TICK = 100;

  private final Path root;
  private final Problems problems;
  private final Map<String, String> environment;
  private final boolean posix;
  private IgnoreRules rules;
  private NavigableMap<String, LocalFile> files = new TreeMap<>();
  // of the look before, for what need not be read again
  private NavigableMap<String, LocalFile> before = Collections.emptyNavigableMap();

  LocalTree(Path root, Problems problems) {
    this(root, problems, System.getenv());
  }

  /** With the variables that tell where git's configuration is. */
  LocalTree(Path root, Problems problems, Map<String, String> environment) {
    this.root = root;
    this.problems = problems;
    this.environment = environment;
    posix = root.getFileSystem().supportedFileAttributeViews().contains("posix");
    rules = new IgnoreRules(root, environment);
  }

  /** What was found; a folder comes before what is in it. */
  NavigableMap<String, LocalFile> files() {
    return Collections.unmodifiableNavigableMap(files);
  }

  Path path(String path) {
    return root.resolve(path);
  }

  /** Whether the path, or a folder it is in, is left out. */
  boolean ignores(String path, boolean folder) {
    for (var slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      if (leavesOut(path.substring(0, slash), true)) {
        return true;
      }
    }
    return leavesOut(path, folder);
  }

  private boolean leavesOut(String path, boolean folder) {
    return Names.isPassedOver(path) || Names.problem(path) != null || rules.ignores(path, folder);
  }

  /**
   * Looks at everything.
   *
   * @throws IOException if the folder itself is not there or cannot be listed
   */
  void scan() throws IOException {
    rules = new IgnoreRules(root, environment);
    before = files;
    files = new TreeMap<>();
    try {
      list("");
    } catch (IOException e) {
      files = before;
      throw e;
    } finally {
      before = Collections.emptyNavigableMap();
    }
    problems.clashes(files.keySet());
  }

  /** Looks at these paths, of folders at all that is in them. */
  void refresh(Collection<String> paths) throws IOException {
    if (paths.stream().anyMatch(path -> path.isEmpty() || IgnoreRules.isRuleFile(path))) {
      scan();
      return;
    }
    for (var path : paths) {
      var folder = Names.parent(path);
      if (!folder.isEmpty() && !LocalFile.FOLDER.equals(files.get(folder))) {
        // not pushed, or not seen yet: then its own look finds the path
        continue;
      }
      var known = files.remove(path);
      files.subMap(path + "/", path + "0").clear();
      visit(path, known);
    }
    problems.clashes(files.keySet());
  }

  /** Notes that the file could not be read: what the workspace has of it stays. */
  void unreadable(String path, IOException e) {
    problems.unreadable(path, e);
    files.put(path, LocalFile.UNSENDABLE);
  }

  /** Whether the file still looks as it did. */
  boolean isStill(String path, LocalFile file) {
    try {
      var now = attributes(root.resolve(path));
      return now.isRegularFile() && now.size() == file.size() && modified(now) == file.modified();
    } catch (IOException e) {
      return false;
    }
  }

  private static long modified(BasicFileAttributes attributes) {
    return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS) / TICK * TICK;
  }

  private void list(String folder) throws IOException {
    try (var entries = Files.newDirectoryStream(root.resolve(folder))) {
      for (var entry : entries) {
        var path = Names.child(folder, entry.getFileName().toString());
        visit(path, before.get(path));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private void visit(String path, LocalFile known) {
    if (Names.isPassedOver(path)) {
      return;
    }
    // such a name may lead nowhere, or to another file
    var problem = Names.problem(path);
    if (problem != null) {
      if (!rules.ignores(path, false)) {
        problems.report(path, problem + "; it is not pushed");
      }
      return;
    }
    try {
      var attributes = attributes(root.resolve(path));
      if (!rules.ignores(path, attributes.isDirectory())) {
        look(path, attributes, known);
      }
    } catch (InvalidPathException e) {
      problems.report(
          path,
          "this system cannot open a file of that name: %s. Rename it; it is not pushed"
              .formatted(e.getReason()));
    } catch (NoSuchFileException | NotDirectoryException e) {
      problems.solved(path);
    } catch (IOException e) {
      unreadable(path, e);
    }
  }

  private void look(String path, BasicFileAttributes attributes, LocalFile known)
      throws IOException {
    if (attributes.isDirectory()) {
      files.put(path, LocalFile.FOLDER);
      problems.solved(path);
      list(path);
    } else if (attributes.isSymbolicLink()) {
      link(path);
    } else if (attributes.isRegularFile()) {
      var modified = modified(attributes);
      var size = attributes.size();
      files.put(
          path, LocalFile.file(size, isExecutable(path, attributes, known, modified), modified));
    } else {
      problems.report(path, "it is neither a file nor a folder nor a link; it is not pushed");
    }
  }

  private void link(String path) throws IOException {
    var target = Files.readSymbolicLink(root.resolve(path));
    var problem = Names.targetProblem(target);
    if (problem != null) {
      problems.report(path, problem + "; it is not pushed");
      return;
    }
    var inside = Names.target(root, path, target);
    if (inside == null) {
      problems.report(
          path, "it is a link to %s, out of the folder; it is not pushed".formatted(target));
      return;
    }
    problems.solved(path);
    files.put(path, LocalFile.link(inside));
  }

  private BasicFileAttributes attributes(Path path) throws IOException {
    Class<? extends BasicFileAttributes> all =
        posix ? PosixFileAttributes.class : BasicFileAttributes.class;
    return Files.readAttributes(path, all, LinkOption.NOFOLLOW_LINKS);
  }

  // Windows has no such bit: there a script is told by its first line
  private boolean isExecutable(
      String path, BasicFileAttributes attributes, LocalFile known, long modified)
      throws IOException {
    if (attributes instanceof PosixFileAttributes permissions) {
      return permissions.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
    }
    if (known != null && known.size() == attributes.size() && known.modified() == modified) {
      return known.executable();
    }
    return Shebang.isIn(root.resolve(path));
  }
}
