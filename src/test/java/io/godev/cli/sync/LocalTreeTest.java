package io.godev.cli.sync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintStream;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          C.UTF-8 | a, \u00fc.txt | UTF-8: rename it | caf\ufffd.txt, d\ufffd
          C | a | ANSI_X3.4-1968: rename it, or start godev with LC_ALL=C.UTF-8 | caf\ufffd.txt, d\ufffd, \ufffd\ufffd.txt
          """)
  void namesThatAreNoTextHereAreToldAndAllElseIsPushed(
      String locale, String pushed, String remedy, String told) throws Exception {
    // Given: macOS and Windows have no such names
    shell("echo > a; echo > $(printf 'caf\\351.txt'); echo > $(printf '\\303\\274.txt')");
    shell("d=$(printf 'd\\377'); mkdir $d && echo > $d/inside; ln -s $(printf '\\351') link");

    // When
    var process =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Scan.class.getName(),
            folder.toString());
    process.environment().put("LC_ALL", locale);
    var said = new String(process.start().getInputStream().readAllBytes(), UTF_8);

    // Then
    var why = "not text in this system's encoding, " + remedy + "; it is not pushed";
    List<String> expected = new ArrayList<>();
    for (var path : pushed.split(", ")) {
      expected.add("+ " + path);
    }
    for (var path : told.split(", ")) {
      expected.add(path + ": its name is " + why);
    }
    expected.add("link: it is a link to \ufffd, which is " + why);
    if (locale.equals("C")) {
      expected.add(
          "\u00fc.txt: this system cannot open a file of that name: Malformed input or input"
              + " contains unmappable characters. Rename it; it is not pushed");
    }
    assertThat(said.lines()).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** Looks at a folder in a process of its own, which has the encoding of its locale. */
  static final class Scan {
    public static void main(String[] folder) throws IOException {
      var out = new PrintStream(System.out, true, UTF_8);
      var tree =
          new LocalTree(
              Path.of(folder[0]),
              new Problems((path, problem) -> out.println(path + ": " + problem)));
      tree.scan();
      // as after an event of each
      tree.refresh(List.of("caf\ufffd.txt", "d\ufffd/inside", "\u00fc.txt"));
      tree.files().keySet().forEach(path -> out.println("+ " + path));
    }
  }

  @Test
  void halfOfASurrogatePairIsNoName() {
    // Windows has names of this kind, which no UTF-8 has
    assertThat(Names.problem("a/b\ud83d.go")).startsWith("its name is not text");
    assertThat(Names.problem("a/b\ud83d\ude00.go")).isNull();
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

  private void shell(String script) throws Exception {
    var process = new ProcessBuilder("sh", "-ec", script).directory(folder.toFile()).inheritIO();
    assertThat(process.start().waitFor()).isZero();
  }

  private void link(String path, Path target) throws IOException {
    Files.createSymbolicLink(folder.resolve(path), target);
  }
}
