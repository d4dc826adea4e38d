package io.godev.cli.project;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;

/**
 * The repository a folder was cloned from, by what git keeps in it.
 *
 * @param url of the remote origin, without a login
 * @param branch that is checked out; empty if none is
 * @param directory of the folder in the repository, {@code .} for its root
 */
record GitRemote(String url, String branch, String directory) {
  private static final String HEAD = "ref: refs/heads/";

  /** Empty outside of a repository, or where it has no remote of the name origin. */
  static Optional<GitRemote> of(Path folder) throws IOException {
    var top = folder.toAbsolutePath().normalize();
    var root = top;
    while (root != null && !Files.isDirectory(root.resolve(".git"))) {
      root = root.getParent();
    }
    if (root == null) {
      return Optional.empty();
    }
    var url = origin(root.resolve(".git").resolve("config"));
    if (url == null) {
      return Optional.empty();
    }
    var head = Files.readString(root.resolve(".git").resolve("HEAD")).strip();
    var directory = root.relativize(top).toString().replace('\\', '/');
    return Optional.of(
        new GitRemote(
            withoutLogin(url),
            head.startsWith(HEAD) ? head.substring(HEAD.length()) : "",
            directory.isEmpty() ? "." : directory));
  }

  private static String origin(Path file) throws IOException {
    try {
      var config = new Config();
      config.fromText(Files.readString(file));
      return config.getString("remote", "origin", "url");
    } catch (ConfigInvalidException e) {
      throw new IOException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  // a token in the remote's URL does not belong into a file that is committed
  private static String withoutLogin(String url) {
    return url.replaceFirst("^(https?://)[^/@]*@", "$1");
  }
}
