package io.godev.cli.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalTreeTest {
  @TempDir private Path top;
  private Path folder;
  private final List<String> problems = new ArrayList<>();
  private LocalTree tree;

  @BeforeEach
  void folder() throws IOException {
    folder = Files.createDirectory(top.resolve("folder"));
    tree =
        new LocalTree(folder, new Problems((path, problem) -> problems.add(path + ": " + problem)));
  }

  @Test
  void linksInsideAreSentAndLinksOutsideAreTold() throws IOException {
    // Given
    Files.createDirectories(folder.resolve("a/b"));
    link("a/inside", Path.of("b/file"));
    link("a/up", Path.of("../c"));
    link("a/absolute", folder.resolve("a/b"));
    link("a/around", Path.of("b/../b/file"));
    link("a/out", Path.of("../../elsewhere"));
    link("passwd", Path.of("/etc/passwd"));

    // When
    tree.scan();

    // Then
    assertThat(tree.files())
        .containsEntry("a/inside", LocalFile.link("b/file"))
        .containsEntry("a/up", LocalFile.link("../c"))
        .containsEntry("a/absolute", LocalFile.link("b"))
        .containsEntry("a/around", LocalFile.link("b/file"))
        .doesNotContainKeys("a/out", "passwd");
    assertThat(problems)
        .containsExactlyInAnyOrder(
            "a/out: it is a link to ../../elsewhere, out of the folder; it is not pushed",
            "passwd: it is a link to /etc/passwd, out of the folder; it is not pushed");
  }

  @Test
  void namesThatDifferByCaseAloneAreToldOnce() throws IOException {
    // Given
    Files.createDirectories(folder.resolve("a"));
    Files.writeString(folder.resolve("a/Main.go"), "");
    Files.writeString(folder.resolve("a/main.go"), "");
    Files.writeString(folder.resolve("MAIN.go"), "");

    // When
    tree.scan();
    tree.scan();

    // Then
    assertThat(problems)
        .containsExactly(
            "a/main.go: it and Main.go differ by case alone: they clash on Windows and macOS");
    assertThat(tree.files()).containsKeys("a/Main.go", "a/main.go", "MAIN.go");
  }

  @Test
  void namesAWorkspaceCannotHaveAndWhatIsNoFileAreTold() throws Exception {
    // Given
    Files.writeString(folder.resolve("a\nb"), "");
    assertThat(new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start().waitFor())
        .isZero();

    // When
    tree.scan();

    // Then
    assertThat(tree.files()).isEmpty();
    assertThat(problems)
        .containsExactlyInAnyOrder(
            "a\nb: its name has a control character; it is not pushed",
            "pipe: it is neither a file nor a folder nor a link; it is not pushed");
  }

  @Test
  void anUnreadableFileStaysInTheWorkspaceAsItWas() throws IOException {
    // Given
    Files.writeString(folder.resolve("a"), "");
    tree.scan();
    tree.unreadable("a", new AccessDeniedException("a"));

    // When
    var difference =
        Difference.of(
            tree,
            new Digests(),
            Map.of("a", new Messages.Entry("a", "f", 5, false, 0, "hash")),
            Map.of());

    // Then
    assertThat(difference.isEmpty()).isTrue();
    assertThat(problems)
        .containsExactly("a: it cannot be read: you may not read it; it is not pushed");
  }

  @Test
  void aFolderThatIsGoneIsNoEmptyFolder() throws IOException {
    // Given
    Files.writeString(folder.resolve("a"), "");
    tree.scan();
    Files.delete(folder.resolve("a"));
    Files.delete(folder);

    // Then
    assertThatThrownBy(tree::scan).isInstanceOf(NoSuchFileException.class);
    assertThat(tree.files()).containsKey("a");
  }

  @Test
  void aFirstLineTellsAScript() throws IOException {
    assertThat(Shebang.isIn(Files.writeString(folder.resolve("a"), "#!/bin/sh\r\n"))).isTrue();
    assertThat(Shebang.isIn(Files.writeString(folder.resolve("b"), "#"))).isFalse();
    assertThat(Shebang.isIn(Files.writeString(folder.resolve("c"), ""))).isFalse();
    assertThat(Shebang.isIn(Files.writeString(folder.resolve("d"), "// #!"))).isFalse();
  }

  private void link(String path, Path target) throws IOException {
    Files.createSymbolicLink(folder.resolve(path), target);
  }
}
