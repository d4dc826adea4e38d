package io.godev.cli.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godev.cli.common.Failure;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitRemoteTest {
  private static final String URL = "https://git.example.com/team/shop.git";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "https://git.example.com/team/shop.git, https://git.example.com/team/shop.git",
    "https://alice:secret@git.example.com/shop, https://git.example.com/shop",
    "https://oauth2:glpat-x%40y@git.example.com/shop, https://git.example.com/shop",
    "https://token@git.example.com/shop, https://git.example.com/shop",
    "ssh://git@git.example.com:2222/shop.git, ssh://git@git.example.com:2222/shop.git",
    "ssh://git:secret@git.example.com/shop.git, ssh://git@git.example.com/shop.git",
    "git@github.com:me/shop.git, git@github.com:me/shop.git",
  })
  void theUrlIsThatOfOriginWithoutALogin(String configured, String url) throws IOException {
    // Given
    repository(configured, "ref: refs/heads/main\n");

    // Then
    assertThat(GitRemote.of(folder)).contains(new GitRemote(url, "main", "."));
  }

  @Test
  void aFolderOfTheRepositoryIsItsDirectory() throws IOException {
    // Given
    repository(URL, "ref: refs/heads/feature/basket-2\n")
        .with("services/shop/go.mod", "module m\n");

    // Then
    assertThat(GitRemote.of(folder.resolve("services/shop")))
        .contains(new GitRemote(URL, "feature/basket-2", "services/shop"));
  }

  @Test
  void aCommitThatIsCheckedOutIsNoBranch() throws IOException {
    // Given
    repository(URL, "0123456789abcdef0123456789abcdef01234567\n");

    // Then
    assertThat(GitRemote.of(folder).orElseThrow().branch()).isEmpty();
  }

  @Test
  void aSubmoduleHasItsOwnRemote() throws IOException {
    // Given
    repository("https://git.example.com/outer.git", "ref: refs/heads/main\n")
        .with("lib/.git", "gitdir: ../.git/modules/lib\n")
        .with(".git/modules/lib/config", config(URL))
        .with(".git/modules/lib/HEAD", "ref: refs/heads/trunk\n");

    // Then
    assertThat(GitRemote.of(folder.resolve("lib"))).contains(new GitRemote(URL, "trunk", "."));
  }

  @Test
  void aWorktreeSharesTheRemoteAndHasItsOwnBranch() throws IOException {
    // Given
    repository(URL, "ref: refs/heads/main\n")
        .with("tree/.git", "gitdir: " + folder.resolve(".git/worktrees/tree") + "\n")
        .with(".git/worktrees/tree/commondir", "../..\n")
        .with(".git/worktrees/tree/HEAD", "ref: refs/heads/fix\n");

    // Then
    assertThat(GitRemote.of(folder.resolve("tree"))).contains(new GitRemote(URL, "fix", "."));
  }

  @Test
  void withoutARepositoryOrWithoutOriginThereIsNone() throws IOException {
    // Given
    var empty = GitRemote.of(folder);
    Folder.of(folder, "")
        .with(".git/HEAD", "ref: refs/heads/main\n")
        .with(".git/config", config(URL).replace("origin", "upstream"));

    // Then
    assertThat(empty).isEmpty();
    assertThat(GitRemote.of(folder)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../shop.git",
        "/srv/git/shop.git",
        "file:///srv/git/shop.git",
        "C:/git/shop.git",
        "ext::sh -c whoami",
        "git://git.example.com/shop.git",
      })
  void aRemoteThatNoPodReachesIsRefused(String url) {
    // Given
    repository(url, "ref: refs/heads/main\n");

    // Then
    assertThatThrownBy(() -> GitRemote.of(folder))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(url)
        .hasMessageContaining("Leave --git out");
  }

  @Test
  void aConfigurationThatGitWouldRefuseIsNamed() {
    // Given
    repository(URL, "ref: refs/heads/main\n").with(".git/config", "[remote \"origin\n");

    // Then
    assertThatThrownBy(() -> GitRemote.of(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("config cannot be read");
  }

  private Folder repository(String url, String head) {
    return Folder.of(folder, "").with(".git/config", config(url)).with(".git/HEAD", head);
  }

  private static String config(String url) {
    return "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = %s\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n"
        .formatted(url);
  }
}
