package io.godev.cli.project;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The workspace a module is worked on in (https://go.dev/ref/mod#workspaces).
 *
 * @param file the go.work
 * @param outside folders it uses that are not in the module's folder, as they stand in the file
 */
record GoWork(Path file, List<String> outside) {

  /** As the go command finds it: in the folder or the next one above. */
  static Optional<GoWork> of(Path folder) throws IOException {
    var top = folder.toAbsolutePath().normalize();
    for (var at = top; at != null; at = at.getParent()) {
      var file = at.resolve("go.work");
      if (Files.isRegularFile(file)) {
        return Optional.of(new GoWork(file, outside(file, top)));
      }
    }
    return Optional.empty();
  }

  /** What that means for an environment whose source is pushed from a folder. */
  String words(Path folder) {
    var what =
        "%s uses %s, which %s outside of this folder and not pushed"
            .formatted(file, String.join(", ", outside), outside.size() == 1 ? "is" : "are");
    return file.getParent().equals(folder.toAbsolutePath().normalize())
        ? what + ": write go.work into .godevignore, or the build fails in the pod"
        : what + ": the pod builds without that workspace";
  }

  private static List<String> outside(Path file, Path module) throws IOException {
    List<String> outside = new ArrayList<>();
    var isBlock = false;
    for (var raw : Files.readString(file).split("\\R")) {
      var line = raw.replaceFirst("//.*", "").strip();
      if (line.matches("use\\s*\\(")) {
        isBlock = true;
      } else if (line.equals(")")) {
        isBlock = false;
      } else if (!line.isEmpty() && (isBlock || line.matches("use\\s.+"))) {
        var used =
            (isBlock ? line : line.substring("use".length()).strip()).replaceAll("[\"`]", "");
        if (!file.resolveSibling(used.replace('\\', '/')).normalize().startsWith(module)) {
          outside.add(used);
        }
      }
    }
    return outside;
  }
}
