package io.godev.cli.project;

import io.godev.cli.common.Failure;
import io.godev.cli.common.GitFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
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
  // the forms that spec.source.git.url has
  private static final Pattern REACHABLE =
      Pattern.compile("https?://[^/]+/.+|ssh://[^/]+/.+|[A-Za-z0-9_][A-Za-z0-9_.-]*@[^/:]+:.+");

  /**
   * Empty outside of a repository, or where it has no remote of the name origin.
   *
   * @throws Failure if a pod cannot reach the remote
   */
  static Optional<GitRemote> of(Path folder) throws IOException {
    var top = folder.toAbsolutePath().normalize();
    var root = GitFolder.top(top);
    if (root.isEmpty()) {
      return Optional.empty();
    }
    var git = git(root.get());
    var url = origin(git.common().resolve("config"));
    if (url == null) {
      return Optional.empty();
    }
    var head = Files.readString(git.own().resolve("HEAD")).strip();
    var directory = git.top().relativize(top).toString().replace('\\', '/');
    return Optional.of(
        new GitRemote(
            reachable(withoutLogin(url)),
            head.startsWith(HEAD) ? head.substring(HEAD.length()) : "",
            directory.isEmpty() ? "." : directory));
  }

  private static GitFolder git(Path top) throws IOException {
    return GitFolder.of(top)
        .orElseThrow(
            () ->
                new Failure(
                    top.resolve(".git")
                        + " is no repository of git; leave --git out to push from here."));
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
    return url.replaceFirst("^(https?://)[^/@]*@", "$1")
        .replaceFirst("^(ssh://[^/@:]*):[^/@]*@", "$1@");
  }

  private static String reachable(String url) {
    if (!REACHABLE.matcher(url).matches()) {
      throw new Failure(
          "the remote origin is %s, which no pod can reach: only https://, http:// and ssh:// do, and USER@HOST:PATH. Leave --git out to push from here."
              .formatted(url));
    }
    return url;
  }
}
