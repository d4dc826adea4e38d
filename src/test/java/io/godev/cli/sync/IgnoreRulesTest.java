package io.godev.cli.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    var tree = tree(folder);
    tree.scan();
    assertThat(tree.files()).containsOnlyKeys(".gitignore", "b.txt");

    // When
    file(".gitignore", "*.txt\n");
    tree.refresh(List.of(".gitignore"));

    // Then
    assertThat(tree.files()).containsOnlyKeys(".gitignore", "a.log");
  }

  @Test
  void aModuleOfARepositoryHasTheRulesOfTheFoldersAboveIt() throws IOException {
    // Given
    file(".git/HEAD", "");
    file(".git/info/exclude", "/services/shop/mine\n");
    file(".gitignore", "\ufeff.env\r\n*.pem\n/services/shop/tmp/\n/shop/\n");
    file("services/.gitignore", "!public.pem\nshop/*.log\n");
    file("services/shop/.gitignore", "!kept.log\n");
    for (var path : List.of(".env", "cmd/.env", "key.pem", "public.pem", "tmp/x", "mine")) {
      file("services/shop/" + path, "");
    }
    for (var path : List.of("a.log", "kept.log", "cmd/b.log", "shop/x", "main.go")) {
      file("services/shop/" + path, "");
    }

    // Then
    assertThat(files("services/shop"))
        .containsExactly(".gitignore", "cmd/b.log", "kept.log", "main.go", "public.pem", "shop/x");
  }

  @Test
  void aFolderThatGitIgnoresIsPushedWithoutTheRulesThatSaySo() throws IOException {
    // Given: such as a home folder under git, of which little is kept
    file(".git/HEAD", "");
    file(".gitignore", "*\n!.profile\n.env\nwork/\n");
    file("work/shop/.env", "");
    file("work/shop/main.go", "");

    // Then
    assertThat(files("work/shop")).containsExactly("main.go");
  }

  @Test
  void aRepositoryEndsAtItsTop() throws IOException {
    // Given
    file(".git/HEAD", "");
    file(".gitignore", "*.txt\n");
    file("inner/.git/HEAD", "");
    file("inner/module/a.txt", "");

    // Then
    assertThat(files("inner/module")).containsExactly("a.txt");
  }

  @Test
  void theUsersOwnRulesHoldForEachRepository() throws IOException {
    // Given
    file("top/.git/HEAD", "");
    file("top/a.swp", "");
    file("top/a.txt", "");
    file("top/Bin/program", "");
    file("home/.config/git/ignore", "*.swp\n");

    // Then
    assertThat(files("top")).containsExactly("Bin/program", "a.txt");

    // When
    file("home/rules", "*.txt\nbin/\n");
    file("home/.gitconfig", "[core]\n\texcludesFile = ~/rules\n");

    // Then
    assertThat(files("top")).containsExactly("Bin/program", "a.swp");

    // When: as git init has it on Windows and macOS
    file("top/.git/config", "[core]\n\tignorecase = true\n");

    // Then
    assertThat(files("top")).containsExactly("a.swp");

    // When
    file("top/.git/config", "[core]\n\texcludesFile = none\n");

    // Then
    assertThat(files("top")).containsExactly("Bin/program", "a.swp", "a.txt");
  }

  private void file(String path, String content) throws IOException {
    Files.createDirectories(folder.resolve(path).getParent());
    Files.writeString(folder.resolve(path), content);
  }

  private List<String> files() throws IOException {
    return files("");
  }

  // without folders
  private List<String> files(String pushed) throws IOException {
    var tree = tree(folder.resolve(pushed));
    tree.scan();
    assertThat(problems).isEmpty();
    return tree.files().entrySet().stream()
        .filter(entry -> entry.getValue().kind() == LocalFile.Kind.FILE)
        .map(Map.Entry::getKey)
        .toList();
  }

  // whatever the configuration of whoever runs the test says
  private LocalTree tree(Path pushed) {
    return new LocalTree(
        pushed,
        new Problems((path, problem) -> problems.add(path)),
        Map.of("HOME", folder.resolve("home").toString()));
  }
}
