package io.godev.cli.project;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A project as a test writes it: files after lines of the form "-- name --". */
final class Folder {
  private final Path path;

  private Folder(Path path) {
    this.path = path;
  }

  static Folder of(Path path, String files) {
    var folder = new Folder(path);
    for (var part : files.split("(?m)^-- ")) {
      if (!part.isBlank()) {
        var end = part.indexOf(" --\n");
        folder.with(part.substring(0, end), part.substring(end + " --\n".length()));
      }
    }
    return folder;
  }

  Folder with(String name, String text) {
    return with(name, text.getBytes(StandardCharsets.UTF_8));
  }

  Folder with(String name, byte[] bytes) {
    try {
      var file = path.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return path;
  }
}
