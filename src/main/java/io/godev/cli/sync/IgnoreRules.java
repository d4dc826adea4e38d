package io.godev.cli.sync;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.ignore.IgnoreNode;

/**
 * What is not pushed: git's rules, with those of {@code .godevignore} in the same language on top,
 * so that it can also take back what {@code .gitignore} says.
 *
 * <p>As in git, a file nearer to the path counts more, and nothing below an ignored folder can be
 * taken back.
 */
final class IgnoreRules {
  static final String GODEVIGNORE = ".godevignore";
  static final String GITIGNORE = ".gitignore";

  private final Path root;
  // by folder; the first are those on top
  private final List<Map<String, IgnoreNode>> layers = List.of(new HashMap<>(), new HashMap<>());
  private final OuterRules outer;

  /** Those that hold now; environment is that of the process. */
  IgnoreRules(Path root, Map<String, String> environment) {
    this.root = root;
    outer = new OuterRules(root, environment);
  }

  /** Whether a change of the file changes the rules. */
  static boolean isRuleFile(String path) {
    var name = Names.name(path);
    return name.equals(GITIGNORE) || name.equals(GODEVIGNORE);
  }

  /** Whether the path, none of whose folders is ignored, is. */
  boolean ignores(String path, boolean folder) {
    var compared = IgnoreFile.compared(path, outer.ignoresCase());
    for (var i = 0; i < layers.size(); i++) {
      var file = i == 0 ? GODEVIGNORE : GITIGNORE;
      var from = compared.length();
      for (var at = path; !at.isEmpty(); ) {
        at = Names.parent(at);
        from = compared.lastIndexOf('/', from - 1);
        var below = compared.substring(from + 1);
        var ignored = node(layers.get(i), at, file).checkIgnored(below, folder);
        if (ignored != null) {
          return ignored;
        }
      }
    }
    return Boolean.TRUE.equals(outer.ignores(compared, folder));
  }

  private IgnoreNode node(Map<String, IgnoreNode> layer, String folder, String file) {
    return layer.computeIfAbsent(
        folder, at -> IgnoreFile.inTree(root.resolve(at).resolve(file), outer.ignoresCase()));
  }
}
