package io.godev.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A bare Git repository, and a work tree that commits are pushed to it from; by git itself. */
final class Repository {
  private final Path tree;

  private Repository(Path tree) {
    this.tree = tree;
  }

  /** A repository NAME.git below the folder, whose branch main has no commit yet. */
  static Repository create(Path folder, String name) {
    var bare = folder.resolve(name + ".git");
    var repository = new Repository(folder.resolve(name + "-tree"));
    try {
      Files.createDirectories(repository.tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    repository.git("init", "-q", "--bare", "-b", "main", bare.toString());
    repository.git("init", "-q", "-b", "main", ".");
    repository.git("remote", "add", "origin", bare.toString());
    return repository;
  }

  /** Writes a file, commits and pushes; returns the commit's hash. */
  String push(String path, String content) {
    try {
      var file = tree.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    git("add", "-A");
    git("-c", "user.name=Gopher", "-c", "user.email=gopher@example.com", "commit", "-qm", path);
    git("push", "-q", "origin", "HEAD");
    return git("rev-parse", "HEAD").strip();
  }

  /** Tags the last commit. */
  void tag(String name) {
    git("tag", name);
    git("push", "-q", "origin", name);
  }

  private String git(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    try {
      var process =
          new ProcessBuilder(command).directory(tree.toFile()).redirectErrorStream(true).start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
