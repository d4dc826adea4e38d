package io.godev.cli.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godev.cli.common.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectTest {
  private static final String MAIN = "package main\n\nfunc main() {}\n";

  @TempDir private Path folder;

  @Test
  void programsAreFoundInEveryFolderOfTheModule() throws IOException {
    // When
    var project =
        of(
            """
            -- go.mod --
            module example.com/shop
            -- main.go --
            package main
            func main() {}
            -- cmd/worker/main.go --
            package main
            func main() {}
            -- cmd/worker/more.go --
            package main
            func helper() {}
            -- internal/tool/tool_test.go --
            package main
            func main() {}
            -- lib/lib.go --
            package lib
            """);

    // Then
    assertThat(project.mains()).containsExactly(".", "./cmd/worker");
  }

  @Test
  void whatTheGoCommandLeavesOutIsLeftOut() throws IOException {
    // When
    var project =
        of(
            """
            -- go.mod --
            module example.com/shop
            -- vendor/example.com/x/main.go --
            package main
            func main() { listen(":1111") }
            -- testdata/main.go --
            package main
            func main() { listen(":2222") }
            -- _old/main.go --
            package main
            func main() { listen(":3333") }
            -- .hidden/main.go --
            package main
            func main() { listen(":4444") }
            -- node_modules/x/main.go --
            package main
            func main() { listen(":5555") }
            -- other/go.mod --
            module example.com/other
            -- other/main.go --
            package main
            func main() { listen(":6666") }
            -- _main.go --
            package main
            func main() { listen(":7777") }
            -- gen.go --
            //go:build ignore

            package main
            func main() { listen(":8888") }
            """);

    // Then
    assertThat(project.mains()).isEmpty();
    assertThat(project.ports()).isEmpty();
    assertThat(project.vendored()).isTrue();
  }

  @Test
  void portsOfProgramsComeBeforeThoseOfPackagesAndDockerfiles() throws IOException {
    // When
    var project =
        of(
            """
            -- go.mod --
            module example.com/shop
            -- a/lib.go --
            package a
            const port = 9090
            -- main.go --
            package main
            func main() { listen(":8080") }
            -- Dockerfile --
            FROM scratch
            expose 8080 7070/tcp 5353/udp $PORT 99999 0
              EXPOSE 443/TCP
            """);

    // Then
    assertThat(project.ports())
        .containsExactly(
            Map.entry(8080, "main.go"),
            Map.entry(9090, "a/lib.go"),
            Map.entry(7070, "Dockerfile"),
            Map.entry(443, "Dockerfile"));
  }

  @Test
  void cgoEmbedsAndLoopbackAreSeen() throws IOException {
    // When
    var project =
        of(
            """
            -- go.mod --
            module example.com/shop
            -- go.sum --
            -- main.go --
            package main
            //go:embed static
            var files embed.FS
            func main() { http.ListenAndServe("localhost:8080", nil) }
            -- db/sqlite.go --
            package db
            // #include <sqlite3.h>
            import "C"
            """);

    // Then
    assertThat(project.embeds()).isTrue();
    assertThat(project.cgo()).containsExactly("db/sqlite.go");
    assertThat(project.loopback()).containsExactly("main.go");
    assertThat(project.goSum()).isTrue();
    assertThat(project.vendored()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "github.com/mccutchen/go-httpbin/v2, go-httpbin",
    "example.com/Shop_Backend, shop-backend",
    "shop, shop",
    "v2, v2",
    "example.com/7zip, zip",
    "example.com/123, app",
    "example.com/---, app",
    "example.com/a.b.c, a-b-c",
    "example.com/größe, gr-e",
    "'', app",
    "example.com/abcdefghijabcdefghijabcdefghijabcdefghijabcdefghi-klm, abcdefghijabcdefghijabcdefghijabcdefghijabcdefghi",
  })
  void theModulesLastWordMakesAName(String module, String name) throws IOException {
    // When
    var project = of("-- go.mod --\nmodule " + module + "\n");

    // Then
    assertThat(project.name()).isEqualTo(name).matches("[a-z]([-a-z0-9]*[a-z0-9])?");
  }

  @Test
  void aHugeFileIsPassedOver() throws IOException {
    // Given
    var huge = MAIN + "var data = `" + "x".repeat(2 << 20) + "`\n";

    // When
    var project =
        Project.of(
            Folder.of(folder, "-- go.mod --\nmodule m\n")
                .with("cmd/a/main.go", MAIN)
                .with("cmd/b/main.go", huge)
                .with("Dockerfile", "EXPOSE " + " ".repeat(2 << 20) + "80\n")
                .path());

    // Then
    assertThat(project.mains()).containsExactly("./cmd/a");
    assertThat(project.ports()).isEmpty();
  }

  @Test
  void filesInOddEncodingsStopNothing() throws IOException {
    // When
    var project =
        Project.of(
            Folder.of(folder, "-- go.mod --\nmodule m\n-- go.sum --\n")
                .with("utf16.go", MAIN.getBytes(StandardCharsets.UTF_16))
                .with(
                    "latin1.go",
                    "package main\n// gr\u00fc\u00dfe\n".getBytes(StandardCharsets.ISO_8859_1))
                .with("zero.go", new byte[1000])
                .with("empty.go", "")
                .with("bom.go", "\uFEFF" + MAIN)
                .with("Dockerfile", "EXPOSE 8080\n# \u00fc".getBytes(StandardCharsets.ISO_8859_1))
                .path());

    // Then
    assertThat(project.mains()).containsExactly(".");
    assertThat(project.ports()).containsOnlyKeys(8080);
  }

  @Test
  void foldersAndLinksInPlaceOfFilesStopNothing() throws IOException {
    // Given
    Folder.of(folder, "-- go.mod --\nmodule m\n-- main.go --\n" + MAIN);
    Files.createDirectories(folder.resolve("dir.go"));
    Files.createDirectories(folder.resolve("Dockerfile"));
    Files.createSymbolicLink(folder.resolve("loop"), folder);
    Files.createSymbolicLink(folder.resolve("dangling.go"), folder.resolve("nowhere"));

    // Then
    assertThat(Project.of(folder).mains()).containsExactly(".");
  }

  @Test
  void aGoModThatTheGoCommandRefusesForItsEncodingIsNamed() {
    // Given: what ">" makes in PowerShell, and what older editors of Windows save
    var utf16 =
        Folder.of(folder, "").with("a/go.mod", "module m\n".getBytes(StandardCharsets.UTF_16));
    var marked = Folder.of(folder, "").with("b/go.mod", "\uFEFFmodule m\n");

    // Then
    assertThatThrownBy(() -> Project.of(utf16.path().resolve("a")))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("no text in UTF-8");
    assertThatThrownBy(() -> Project.of(marked.path().resolve("b")))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("byte order mark");
  }

  @Test
  void withoutGoModThereIsNoProject() {
    assertThatThrownBy(() -> Project.of(folder)).isInstanceOf(NoSuchFileException.class);
  }

  private Project of(String files) throws IOException {
    return Project.of(Folder.of(folder, files).path());
  }
}
