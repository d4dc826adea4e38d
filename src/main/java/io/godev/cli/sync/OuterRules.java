package io.godev.cli.sync;

import io.godev.cli.common.GitFolder;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.ignore.FastIgnoreRule;
import org.eclipse.jgit.ignore.IgnoreNode;

/**
 * What git ignores by files that are not in the pushed folder: {@code .gitignore} of the folders
 * above it, up to the top of the working tree, {@code info/exclude}, and {@code core.excludesFile}.
 *
 * <p>Where they leave out the pushed folder itself, the rules that do so do not count: it was named
 * to be pushed.
 */
final class OuterRules {
  /** Rules for what is below the base, a folder's path from the top, "" for the top itself. */
  private record Rules(String base, IgnoreNode node) {
    // null if there is none about the path, which is from the top
    Boolean check(String path, boolean folder) {
      if (base.isEmpty()) {
        return node.checkIgnored(path, folder);
      }
      return path.startsWith(base + "/")
          ? node.checkIgnored(path.substring(base.length() + 1), folder)
          : null;
    }
  }

  private final GitSettings settings;
  // from the top to what is pushed; "" if that is the top
  private final String prefix;
  // the first count most
  private List<Rules> rules = new ArrayList<>();

  OuterRules(Path root, Map<String, String> environment) {
    var top = GitFolder.top(root).orElse(root);
    var git = git(top);
    settings = GitSettings.of(top, git, environment);
    prefix = IgnoreFile.compared(Names.slashes(top.relativize(root)), ignoresCase());
    var folder = root;
    for (var at = prefix; !at.isEmpty(); ) {
      at = Names.parent(at);
      folder = folder.getParent();
      rules.add(
          new Rules(at, IgnoreFile.inTree(folder.resolve(IgnoreRules.GITIGNORE), ignoresCase())));
    }
    if (git != null) {
      var exclude = git.common().resolve("info").resolve("exclude");
      rules.add(new Rules("", IgnoreFile.read(exclude, ignoresCase())));
    }
    rules.add(new Rules("", IgnoreFile.read(settings.excludesFile(), ignoresCase())));
    if (above(prefix).stream().anyMatch(part -> Boolean.TRUE.equals(check(part, true)))) {
      rules = rules.stream().map(this::withoutThoseOfTheRoot).toList();
    }
  }

  private static GitFolder git(Path top) {
    try {
      return GitFolder.of(top).orElse(null);
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  boolean ignoresCase() {
    return settings.ignoresCase();
  }

  /**
   * Whether the path, relative to the pushed folder and as it is compared, is ignored; null if no
   * rule is about it.
   */
  Boolean ignores(String path, boolean folder) {
    return check(Names.child(prefix, path), folder);
  }

  private Boolean check(String path, boolean folder) {
    for (var some : rules) {
      var ignored = some.check(path, folder);
      if (ignored != null) {
        return ignored;
      }
    }
    return null;
  }

  private Rules withoutThoseOfTheRoot(Rules some) {
    List<FastIgnoreRule> left = new ArrayList<>(some.node().getRules());
    left.removeIf(
        rule -> {
          var alone = new Rules(some.base(), new IgnoreNode(List.of(rule)));
          return above(prefix).stream()
              .anyMatch(folder -> Boolean.TRUE.equals(alone.check(folder, true)));
        });
    return new Rules(some.base(), new IgnoreNode(left));
  }

  // the path and the folders it is in
  private static List<String> above(String path) {
    List<String> all = new ArrayList<>();
    for (var at = path; !at.isEmpty(); at = Names.parent(at)) {
      all.add(at);
    }
    return all;
  }
}
