package io.godev.cli.sync;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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

  private static final Path EXCLUDE = Path.of(".git", "info", "exclude");
  private static final long LARGEST = 1 << 20;

  private final Path root;
  // by folder; the first are those on top
  private final List<Map<String, IgnoreNode>> layers = List.of(new HashMap<>(), new HashMap<>());
  private final IgnoreNode exclude;

  IgnoreRules(Path root) {
    this.root = root;
    exclude = parse(root.resolve(EXCLUDE));
  }

  /** Whether a change of the file changes the rules. */
  static boolean isRuleFile(String path) {
    var name = Names.name(path);
    return name.equals(GITIGNORE) || name.equals(GODEVIGNORE);
  }

  /** Whether the path, none of whose folders is ignored, is. */
  boolean ignores(String path, boolean folder) {
    for (var i = 0; i < layers.size(); i++) {
      var file = i == 0 ? GODEVIGNORE : GITIGNORE;
      for (var at = path; !at.isEmpty(); ) {
        at = Names.parent(at);
        var below = at.isEmpty() ? path : path.substring(at.length() + 1);
        var ignored = node(layers.get(i), at, file).checkIgnored(below, folder);
        if (ignored != null) {
          return ignored;
        }
      }
    }
    return Boolean.TRUE.equals(exclude.checkIgnored(path, folder));
  }

  private IgnoreNode node(Map<String, IgnoreNode> layer, String folder, String file) {
    return layer.computeIfAbsent(folder, at -> parse(root.resolve(at).resolve(file)));
  }

  private static IgnoreNode parse(Path file) {
    var node = new IgnoreNode();
    try {
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= LARGEST) {
        var text = Files.readString(file, StandardCharsets.ISO_8859_1);
        node.parse(
            new ByteArrayInputStream(
                text.replace("\r\n", "\n").getBytes(StandardCharsets.ISO_8859_1)));
      }
    } catch (IOException e) {
      // a file that cannot be read is reported with the others, and ignores nothing
      return new IgnoreNode();
    }
    return node;
  }
}
