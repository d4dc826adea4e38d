package io.godev.cli.project;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.godev.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class InitCommandTest {
  private static final String MOD = "-- go.mod --\nmodule example.com/shop\n\ngo 1.26\n";
  private static final String SERVER =
      "-- main.go --\npackage main\nfunc main() { http.ListenAndServe(\":8080\", nil) }\n";

  @TempDir private Path folder;

  /** name | files | a place in godev.yaml | what is there. */
  static Stream<Arguments> projects() {
    return Stream.of(
        Arguments.of("a server", MOD + SERVER, "/spec/run/ports/0/containerPort", "8080"),
        Arguments.of("nothing but go.mod", MOD, "/spec/run/package", ""),
        Arguments.of("an empty go.mod", "-- go.mod --\n", "/metadata/name", "app"),
        Arguments.of(
            "several programs, the one of the module's name first",
            MOD + program("cmd/admin") + program("cmd/shop") + program("tools/gen"),
            "/spec/run/package",
            "./cmd/shop"),
        Arguments.of(
            "several programs, none of the name",
            MOD + program("cmd/admin") + program("cmd/server"),
            "/spec/run/package",
            "./cmd/server"),
        Arguments.of(
            "two hundred programs",
            MOD
                + IntStream.range(0, 200)
                    .mapToObj(i -> program("cmd/p" + i))
                    .collect(Collectors.joining()),
            "/spec/run/package",
            "./cmd/p0"),
        Arguments.of(
            "cgo, embedded files and vendored modules",
            MOD
                + SERVER
                + "-- c.go --\npackage main\nimport \"C\"\n//go:embed x\nvar x string\n"
                + "-- vendor/modules.txt --\n# example.com/y v1.0.0\n",
            "/spec/source/sync",
            ""),
        Arguments.of(
            "a workspace and a replacement outside",
            MOD + "replace example.com/y => ../y\n" + SERVER + "-- go.work --\nuse .\nuse ../y\n",
            "/spec/run/package",
            "."),
        Arguments.of(
            "a newer Go than the default",
            "-- go.mod --\nmodule example.com/shop\ngo 1.27.1\n",
            "/spec/go/version",
            "1.27"),
        Arguments.of(
            "a toolchain that is newer than the language",
            "-- go.mod --\nmodule example.com/shop\ngo 1.20\ntoolchain go1.27rc1\n",
            "/spec/go/version",
            "1.27"),
        Arguments.of("an older Go", "-- go.mod --\nmodule m\ngo 1.16\n", "/spec/go/version", ""),
        Arguments.of(
            "private modules",
            MOD + "require git.example.com/lib v1.0.0\n",
            "/spec/go/modules/private/0",
            "git.example.com/*"),
        Arguments.of(
            "a port below 1024",
            MOD + SERVER.replace("8080", "443"),
            "/spec/securityContext/capabilities/add/0",
            "NET_BIND_SERVICE"),
        Arguments.of(
            "a port of the platform's",
            MOD + "-- main.go --\npackage main\nfunc main() { listen(os.Getenv(\"PORT\")) }\n",
            "/spec/run/env/0/value",
            "8080"),
        Arguments.of(
            "a hundred ports",
            MOD
                + "-- main.go --\npackage main\nfunc main() {\n"
                + IntStream.range(8000, 8100)
                    .mapToObj("listen(\":%d\")\n"::formatted)
                    .collect(Collectors.joining())
                + "}\n",
            "/spec/run/ports/15/containerPort",
            "8015"),
        Arguments.of(
            "ports out of range in a Dockerfile",
            MOD + "-- Dockerfile --\nEXPOSE 0 70000 99999 8080 8080/udp 8080-8090\n",
            "/spec/run/ports/0/containerPort",
            "8080"),
        Arguments.of(
            "line ends of Windows",
            (MOD + SERVER).replace("\n", "\r\n").replace(" --\r\n", " --\n"),
            "/spec/run/ports/0/name",
            "http"),
        Arguments.of(
            "a module named as YAML's true",
            "-- go.mod --\nmodule example.com/on\n",
            "/metadata/name",
            "on"),
        Arguments.of(
            "a module with a name of digits",
            "-- go.mod --\nmodule 1.0\n",
            "/metadata/name",
            "app"),
        Arguments.of("a folder with spaces", MOD + program("cmd/my app"), "/spec/run/package", ""),
        Arguments.of(
            "a folder that is named like YAML",
            MOD + program("cmd/a: b #c") + program("cmd/true"),
            "/spec/run/package",
            "./cmd/true"));
  }

  private static String program(String folder) {
    return "-- " + folder + "/main.go --\npackage main\nfunc main() {}\n";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("projects")
  void whatIsWrittenIsAcceptedAndSaysWhatWasFound(
      String name, String files, String place, String value) throws IOException {
    // Given
    Folder.of(folder, files);

    // When
    var ran = Ran.godev("init", folder.toString());

    // Then
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(accepted().at(place).asText()).isEqualTo(value);
  }

  @Test
  void aFileNameCannotWriteIntoTheSpec() throws IOException {
    // Given
    var evil = "a\n  mode: Suspended\n  #.go";
    Folder.of(folder, MOD)
        .with(evil, "package main\nimport \"C\"\nfunc main() { Listen(\"localhost:8080\") }\n")
        .with("b\n  mode: Suspended\n/main.go", "package main\nfunc main() {}\n");

    // When
    Ran.godev("init", folder.toString());

    // Then
    assertThat(accepted().at("/spec/mode").isMissingNode()).isTrue();
  }

  @Test
  void commentsSayWhatADeveloperHasToKnow() throws IOException {
    // Given
    Folder.of(
        folder,
        MOD
            + "-- main.go --\npackage main\nimport \"C\"\n//go:embed x\nvar x string\n"
            + "func main() { http.ListenAndServe(\"localhost:8080\", nil) }\n"
            + program("cmd/admin"));

    // When
    Ran.godev("init", folder.toString());

    // Then
    assertThat(Files.readString(folder.resolve("godev.yaml")))
        .contains("# files are embedded with go:embed: leave none of them out")
        .contains("# main.go has C in it")
        .contains("# main.go listens on localhost")
        .contains("# one of ., ./cmd/admin")
        .contains("# found in main.go");
  }

  @Test
  void theUserIsToldWhatWillNotArriveInThePod() {
    // Given
    Folder.of(
        folder,
        MOD
            + "require example.com/y v1.0.0\nreplace example.com/y => ../y\n"
            + SERVER
            + "-- go.work --\nuse ../y\n");

    // When
    var ran = Ran.godev("init", folder.toString());

    // Then
    assertThat(ran.out())
        .contains("go.sum is missing: run \"go mod tidy\" first")
        .contains("go.mod replaces a module by ../y, which is outside of this folder")
        .contains("write go.work into .godevignore")
        .contains("ports     8080 (main.go)")
        .contains("Look it over, then: godev up");
  }

  @Test
  void aRepositoryIsTheSourceWhereItIsAskedFor() throws IOException {
    // Given
    Folder.of(folder, "")
        .with(".git/config", "[remote \"origin\"]\n\turl = https://x:token@git.example.com/a.git\n")
        .with(".git/HEAD", "ref: refs/heads/1.0\n")
        .with("services/shop/go.mod", "module example.com/shop\n");

    // When
    var ran = Ran.godev("init", "--git", folder.resolve("services/shop").toString());

    // Then
    assertThat(ran.code()).isZero();
    var git = accepted(folder.resolve("services/shop")).at("/spec/source/git");
    assertThat(git.path("url").asText()).isEqualTo("https://git.example.com/a.git");
    assertThat(git.path("ref").isTextual()).isTrue();
    assertThat(git.path("ref").asText()).isEqualTo("1.0");
    assertThat(git.path("directory").asText()).isEqualTo("services/shop");
  }

  @Test
  void aFileThatIsThereIsKeptUnlessForced() throws IOException {
    // Given
    Folder.of(folder, MOD).with("godev.yaml", "mine\n");

    // When
    var refused = Ran.godev("init", folder.toString());
    var kept = Files.readString(folder.resolve("godev.yaml"));
    var forced = Ran.godev("init", "--force", folder.toString());

    // Then
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("is there already; --force writes over it");
    assertThat(kept).isEqualTo("mine\n");
    assertThat(forced.code()).isZero();
    accepted();
  }

  @ParameterizedTest
  @CsvSource({"Shop", "1shop", "shop_2", "shop-", "-shop", "'a b'", "'x\n  y: z'"})
  void aNameThatTheClusterWouldRefuseIsRefused(String name) {
    // Given
    Folder.of(folder, MOD);

    // When
    var ran = Ran.godev("init", "--name=" + name, folder.toString());

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("a name has at most 50 lower-case letters");
    assertThat(folder.resolve("godev.yaml")).doesNotExist();
  }

  @Test
  void withoutAModuleNothingIsWritten() {
    // When
    var ran = Ran.godev("init", folder.toString());

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("there is no go.mod in " + folder).contains("go mod init");
    assertThat(folder.resolve("godev.yaml")).doesNotExist();
  }

  @Test
  void withoutARepositoryGitIsRefused() {
    // Given
    Folder.of(folder, MOD);

    // When
    var ran = Ran.godev("init", "--git", folder.toString());

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("leave --git out to push it from here");
    assertThat(folder.resolve("godev.yaml")).doesNotExist();
  }

  private JsonNode accepted() throws IOException {
    return accepted(folder);
  }

  // by the offline check, which is that of the API server and of the operator
  private static JsonNode accepted(Path in) throws IOException {
    var file = in.resolve("godev.yaml");
    var lint = Ran.godev("lint", file.toString());
    assertThat(lint.out()).doesNotContain("Violation");
    assertThat(lint.code()).describedAs(lint.err()).isZero();
    return new YAMLMapper().readTree(file.toFile());
  }
}
