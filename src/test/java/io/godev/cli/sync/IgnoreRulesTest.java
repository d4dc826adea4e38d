package io.godev.cli.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IgnoreRulesTest {
  @TempDir private Path folder;
  private final List<String> problems = new ArrayList<>();

  @Test
  void gitsRulesHoldWithNestedFilesAndNegation() throws IOException {
    // Given
    file(".gitignore", "*.log\n/bin/\n!keep.log\nnode_modules\n# a comment\n\n");
    file("a.log", "");
    file("keep.log", "");
    file("bin/program", "");
    file("sub/bin/stays", "");
    file("web/node_modules/x/index.js", "");
    file("sub/.gitignore", "!a.log\n*.tmp\r\n/only-here\r\n");
    file("sub/a.log", "");
    file("sub/deep/a.log", "");
    file("sub/x.tmp", "");
    file("sub/only-here", "");
    file("sub/deep/only-here", "");
    file("x.tmp", "");

    // Then
    assertThat(files())
        .containsExactly(
            ".gitignore",
            "keep.log",
            "sub/.gitignore",
            "sub/a.log",
            "sub/bin/stays",
            "sub/deep/a.log",
            "sub/deep/only-here",
            "x.tmp");
  }

  @Test
  void godevignoreIsOnTopOfAllGitignores() throws IOException {
    // Given
    file(".gitignore", "generated.go\nsecret/\n");
    file(".godevignore", "!generated.go\ndocs/\n*_test.go\n");
    file("generated.go", "");
    file("docs/index.md", "");
    file("secret/key", "");
    file("sub/.gitignore", "!x_test.go\n!docs/\n");
    file("sub/x_test.go", "");
    file("sub/docs/a.md", "");

    // Then
    assertThat(files())
        .containsExactly(".gitignore", ".godevignore", "generated.go", "sub/.gitignore");
  }

  @Test
  void whatOneMachineExcludesAndGitItselfIsLeftOut() throws IOException {
    // Given
    file(".git/info/exclude", "scratch\n");
    file(".git/HEAD", "");
    file("vendor/module/.git", "gitdir: elsewhere");
    file(".GIT/config", "");
    file(".godev/sync/journal", "");
    file("scratch", "");
    file("sub/.godev/mine", "");

    // Then
    assertThat(files()).containsExactly("sub/.godev/mine");
  }

  @Test
  void aChangeOfTheRulesCountsAtOnce() throws IOException {
    // Given
    file(".gitignore", "*.log\n");
    file("a.log", "");
    file("b.txt", "");
    var tree = new LocalTree(folder, new Problems((path, problem) -> problems.add(path)));
    tree.scan();
    assertThat(tree.files()).containsOnlyKeys(".gitignore", "b.txt");

    // When
    file(".gitignore", "*.txt\n");
    tree.refresh(List.of(".gitignore"));

    // Then
    assertThat(tree.files()).containsOnlyKeys(".gitignore", "a.log");
  }

  private void file(String path, String content) throws IOException {
    Files.createDirectories(folder.resolve(path).getParent());
    Files.writeString(folder.resolve(path), content);
  }

  // without folders
  private List<String> files() throws IOException {
    var tree = new LocalTree(folder, new Problems((path, problem) -> problems.add(path)));
    tree.scan();
    assertThat(problems).isEmpty();
    return tree.files().entrySet().stream()
        .filter(entry -> entry.getValue().kind() == LocalFile.Kind.FILE)
        .map(java.util.Map.Entry::getKey)
        .toList();
  }
}
