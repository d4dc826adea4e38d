package io.godev.cli.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left out, beside what {@code git check-ignore} says of the same files. */
class IgnoreCorpusTest {
  private static final long SEED = Long.getLong("godev.seed", 20261128);
  private static final int ROUNDS = Integer.getInteger("godev.rounds", 150);
  private static final List<String> NAMES =
      List.of("a", "b", "ab", "a.b", ".env", "x y", "B", "build", "#a", "!b", "é", "a-b");
  private static final List<String> WORDS =
      List.of(
          "a",
          "b",
          "ab",
          "a.b",
          ".env",
          "x y",
          "B",
          "build",
          "*",
          "*.b",
          "a*",
          "?",
          "a?",
          ".*",
          "[ab]",
          "[!a]",
          "[a-z]",
          "**",
          "\\#a",
          "\\!b",
          "é",
          "*b",
          "x\\ y",
          "*-*",
          "[[:upper:]]");

  @TempDir private Path folder;
  private Path top;
  private final Random random = new Random(SEED);
  private final List<String> folders = new ArrayList<>(List.of(""));

  @BeforeEach
  void repository() throws Exception {
    top = Files.createDirectories(folder.resolve("top"));
    Files.createDirectories(folder.resolve("home"));
    git(top, "", "init", "-q");
    grow("", 4);
  }

  @Test
  void itIsLeftOutWhatGitIgnores() throws Exception {
    var compared = 0;
    var ignored = 0;
    for (var round = 0; round < ROUNDS; round++) {
      // Given
      var files = ignoreFiles();
      var pushed = folders.get(random.nextInt(folders.size()));
      if (!pushed.isEmpty() && !ignored(top, List.of(pushed)).isEmpty()) {
        // asked for all the same, see IgnoreRulesTest
        continue;
      }
      var root = top.resolve(pushed);
      var tree = new LocalTree(root, new Problems((path, problem) -> {}), Map.of("HOME", home()));

      // When
      tree.scan();

      // Then
      var all = everything(root);
      var left = new TreeSet<>(all);
      left.removeAll(ignored(root, all));
      assertThat(new TreeSet<>(tree.files().keySet()))
          .as("seed %d, round %d, pushed '%s', rules %s", SEED, round, pushed, files)
          .isEqualTo(left);
      compared += all.size();
      ignored += all.size() - left.size();
    }
    System.out.printf("%d paths compared with git, %d of them ignored%n", compared, ignored);
    assertThat(ignored).isGreaterThan(compared / 20);
  }

  @Test
  void aWorktreeHasTheExcludesOfItsRepository() throws Exception {
    // Given
    Files.writeString(top.resolve(".gitignore"), "*.b\n");
    Files.writeString(top.resolve(".git/info/exclude"), ".env\n");
    git(top, "", "add", ".gitignore");
    git(top, "", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "a");
    git(top, "", "worktree", "add", "-q", "../tree");
    var root = Files.createDirectories(folder.resolve("tree/module"));
    var files = List.of(".env", "a.b", "main.go");
    for (var file : files) {
      Files.writeString(root.resolve(file), "");
    }
    var tree = new LocalTree(root, new Problems((path, problem) -> {}), Map.of("HOME", home()));

    // When
    tree.scan();

    // Then
    assertThat(ignored(root, files)).containsExactlyInAnyOrder(".env", "a.b");
    assertThat(tree.files()).containsOnlyKeys("main.go");
  }

  private void grow(String at, int depth) throws IOException {
    for (var name : NAMES) {
      var path = Names.child(at, name);
      if (depth > 0 && random.nextInt(8) < depth) {
        Files.createDirectories(top.resolve(path));
        if (folders.size() < 60) {
          folders.add(path);
          grow(path, depth - 1);
        }
      } else {
        Files.writeString(top.resolve(path), "");
      }
    }
  }

  // what was written, by where
  private List<String> ignoreFiles() throws IOException {
    for (var at : folders) {
      Files.deleteIfExists(top.resolve(at).resolve(".gitignore"));
    }
    List<String> written = new ArrayList<>();
    for (var i = random.nextInt(4); i >= 0; i--) {
      var at = i == 0 ? "" : folders.get(random.nextInt(folders.size()));
      written.add(write(top.resolve(at).resolve(".gitignore")));
    }
    written.add(write(top.resolve(".git/info/exclude")));
    written.add(write(Path.of(home(), ".config/git/ignore")));
    return written;
  }

  private String write(Path file) throws IOException {
    var text = new StringBuilder(random.nextInt(10) == 0 ? "\ufeff" : "");
    for (var i = random.nextInt(4); i > 0; i--) {
      text.append(pattern()).append(random.nextInt(5) == 0 ? "\r\n" : "\n");
    }
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return folder.relativize(file) + " " + List.of(text.toString().split("\n"));
  }

  private String pattern() {
    var pattern = new StringBuilder();
    pattern.append(random.nextInt(4) == 0 ? "!" : "").append(random.nextInt(4) == 0 ? "/" : "");
    for (var i = random.nextInt(3); i >= 0; i--) {
      pattern.append(WORDS.get(random.nextInt(WORDS.size()))).append(i == 0 ? "" : "/");
    }
    return pattern.append(random.nextInt(4) == 0 ? "/" : "").toString();
  }

  private static Collection<String> everything(Path root) throws IOException {
    Set<String> all = new TreeSet<>();
    try (var paths = Files.walk(root)) {
      paths.forEach(path -> all.add(Names.slashes(root.relativize(path))));
    }
    all.removeIf(path -> path.isEmpty() || path.equals(".git") || path.startsWith(".git/"));
    return all;
  }

  private Set<String> ignored(Path at, Collection<String> paths) throws Exception {
    var out =
        git(at, String.join("\0", paths) + "\0", "check-ignore", "--no-index", "-z", "--stdin");
    return new HashSet<>(
        List.of(out.split("\0")).stream().filter(path -> !path.isEmpty()).toList());
  }

  private String home() {
    return folder.resolve("home").toString();
  }

  private String git(Path at, String in, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(at.toFile());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    builder.environment().remove("XDG_CONFIG_HOME");
    builder.environment().put("HOME", home());
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    var process = builder.start();
    // what it is told fits into the pipe
    try (var stdin = process.getOutputStream()) {
      stdin.write(in.getBytes(StandardCharsets.UTF_8));
    }
    var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    // check-ignore ends with 1 if there is none
    assertThat(process.waitFor()).isLessThanOrEqualTo(arguments[0].equals("check-ignore") ? 1 : 0);
    return out;
  }
}
