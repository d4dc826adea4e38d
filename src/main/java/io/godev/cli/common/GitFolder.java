package io.godev.cli.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where git keeps what belongs to a working tree; see
 * https://git-scm.com/docs/gitrepository-layout.
 *
 * @param top of the working tree
 * @param own what is of this working tree alone, such as HEAD
 * @param common what all working trees of the repository share, such as its configuration
 */
public record GitFolder(Path top, Path own, Path common) {
  private static final String LINK = "gitdir: ";

  /** The top of the working tree that the folder is in; empty outside of one. */
  public static Optional<Path> top(Path folder) {
    var top = folder.toAbsolutePath().normalize();
    while (top != null && !Files.exists(top.resolve(".git"))) {
      top = top.getParent();
    }
    return Optional.ofNullable(top);
  }

  /** That of the working tree with this top; empty if its {@code .git} is none of git's. */
  public static Optional<GitFolder> of(Path top) throws IOException {
    var git = top.resolve(".git");
    if (Files.isDirectory(git)) {
      return Optional.of(new GitFolder(top, git, common(git)));
    }
    // in a worktree and in a submodule it is a file that names the folder
    var text = Files.readString(git).strip();
    if (!text.startsWith(LINK)) {
      return Optional.empty();
    }
    var own = git.resolveSibling(text.substring(LINK.length())).normalize();
    return Optional.of(new GitFolder(top, own, common(own)));
  }

  private static Path common(Path own) throws IOException {
    var link = own.resolve("commondir");
    return Files.isRegularFile(link)
        ? own.resolve(Files.readString(link).strip()).normalize()
        : own;
  }
}
