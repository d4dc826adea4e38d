package io.godev.cli.sync;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.eclipse.jgit.ignore.IgnoreNode;

/** Reads files of git's rules, as git does. */
final class IgnoreFile {
  private static final long LARGEST = 1 << 20;
  // of UTF-8, read byte by byte
  private static final String MARK = "\u00ef\u00bb\u00bf";

  private IgnoreFile() {}

  /** The rules of a file of the working tree; none if it is a link, as in git, or not there. */
  static IgnoreNode inTree(Path file, boolean ignoresCase) {
    return read(file, ignoresCase, LinkOption.NOFOLLOW_LINKS);
  }

  /** The rules of a file; none if it is not there. */
  static IgnoreNode read(Path file, boolean ignoresCase, LinkOption... options) {
    var node = new IgnoreNode();
    try {
      if (Files.isRegularFile(file, options) && Files.size(file) <= LARGEST) {
        var text = Files.readString(file, StandardCharsets.ISO_8859_1) + "\n";
        var lines = text.startsWith(MARK) ? text.substring(MARK.length()) : text;
        var rules = fold(lines.replace("\r\n", "\n"), ignoresCase);
        node.parse(new ByteArrayInputStream(rules.getBytes(StandardCharsets.UTF_8)));
      }
    } catch (IOException e) {
      // a file that cannot be read is reported with the others, and ignores nothing
      return new IgnoreNode();
    }
    return node;
  }

  /** A path as rules are compared with it: byte by byte, as git does. */
  static String compared(String path, boolean ignoresCase) {
    var bytes =
        path.chars().allMatch(c -> c < 0x80)
            ? path
            : new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return fold(bytes, ignoresCase);
  }

  // git knows upper and lower case of ASCII alone
  private static String fold(String text, boolean ignoresCase) {
    if (!ignoresCase || text.chars().noneMatch(IgnoreFile::isUpper)) {
      return text;
    }
    var folded = text.toCharArray();
    for (var i = 0; i < folded.length; i++) {
      if (isUpper(folded[i])) {
        folded[i] += 'a' - 'A';
      }
    }
    return new String(folded);
  }

  private static boolean isUpper(int c) {
    return c >= 'A' && c <= 'Z';
  }
}
