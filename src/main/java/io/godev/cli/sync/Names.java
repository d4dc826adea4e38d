package io.godev.cli.sync;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Which names and link targets a workspace takes. Paths have slashes and are relative. */
final class Names {
  static final String GIT = ".git";

  /** The runtime's own folder at the top of the workspace. */
  static final String RUNTIME = ".godev";

  // the one of names; the JDK does not tell it otherwise
  private static final String ENCODING = System.getProperty("sun.jnu.encoding", "unknown");

  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_PATH = 4000;

  // of a name with bytes that are no characters here
  private static final String NO_TEXT =
      "not text in this system's encoding, %s: rename it%s"
          .formatted(
              ENCODING, ENCODING.equals("UTF-8") ? "" : ", or start godev with LC_ALL=C.UTF-8");

  private Names() {}

  /** Whether it is left out without a word: git's own, and the runtime's. */
  static boolean isPassedOver(String path) {
    var name = name(path);
    return name.equalsIgnoreCase(GIT) || path.equalsIgnoreCase(RUNTIME);
  }

  /** Why the workspace cannot have a file of that path; null if it can. */
  static String problem(String path) {
    var name = name(path);
    if (!isText(name)) {
      return "its name is " + NO_TEXT;
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      return "its name has a control character";
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      return "its name is longer than %d bytes".formatted(LONGEST_NAME);
    }
    if (path.getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
      return "its path is longer than %d bytes".formatted(LONGEST_PATH);
    }
    return null;
  }

  /** Why no link can have the target; null if one can. */
  static String targetProblem(Path target) {
    return isText(target.toString())
        ? null
        : "it is a link to %s, which is %s".formatted(target, NO_TEXT);
  }

  /**
   * What the link of that path leads to, relative to its own folder and with ".." in front alone;
   * null if that is outside the folder.
   *
   * @param root the folder that is pushed
   */
  static String target(Path root, String path, Path target) {
    var folder = root.resolve(path).getParent();
    var aim = folder.resolve(target).normalize();
    if (!aim.startsWith(root)) {
      return null;
    }
    if (!target.isAbsolute() && target.normalize().equals(target)) {
      return slashes(target);
    }
    var relative = slashes(folder.relativize(aim));
    return relative.isEmpty() ? "." : relative;
  }

  // what could not be decoded is U+FFFD; Windows allows halves of surrogate pairs
  private static boolean isText(String name) {
    return name.indexOf('\uFFFD') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(name);
  }

  static String slashes(Path path) {
    return path.toString().replace(path.getFileSystem().getSeparator(), "/");
  }

  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The folder of a path; "" is the top. */
  static String parent(String path) {
    var slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  static String child(String folder, String name) {
    return folder.isEmpty() ? name : folder + "/" + name;
  }
}
