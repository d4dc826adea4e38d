package io.godev.cli.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GoFileTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "http.ListenAndServe(\":8080\", nil) | 8080",
        "http.ListenAndServe(\"0.0.0.0:9000\", nil) | 9000",
        "net.Listen(\"tcp\", \"[::]:7000\") | 7000",
        "http.ListenAndServe(\"localhost:8081\", nil) | 8081",
        "http.ListenAndServe(\"127.0.0.1:8082\", nil) | 8082",
        "s := http.Server{Addr: \":8443\"} | 8443",
        "port := \"3000\" | 3000",
        "const defaultPort = 50051 | 50051",
        "flag.Int(\"port\", 8085, \"where\") | 8085",
        "getenv(\"PORT\", \"8086\") | 8086",
        "e.Start(`:1323`) | ",
        "e.Start(\":1323\") | 1323",
        "redis.Dial(\"redis:6379\") | ",
        "dial(\"localhost:5432\") | ",
        "// http.ListenAndServe(\":8080\", nil) | ",
        "/* \":8080\" */ | ",
        "t := \":22\" | ",
        "t := \":99999\" | ",
        "report := \"8.5\" | ",
        "var port = 8080.5 | ",
      })
  void portsAreFoundWhereAProgramListens(String line, Integer port) {
    // When
    var file = GoFile.of("package main\nfunc main() {\n\t" + line + "\n}\n");

    // Then
    if (port == null) {
      assertThat(file.ports()).isEmpty();
    } else {
      assertThat(file.ports()).containsExactly(port);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "package main\\nfunc main() {} | true",
        "package main\\r\\n\\r\\nfunc main() {\\r\\n}\\r\\n | true",
        "\\uFEFFpackage main\\nfunc main() {} | true",
        "// package shop\\n/* package x\\n*/ package main\\nfunc main ( ) {} | true",
        "package shop\\nfunc main() {} | false",
        "package main\\nfunc main_() {} | false",
        "package main\\n// func main() {}\\n | false",
        "package main\\n/*\\nfunc main() {}\\n*/ | false",
        "package main_test\\nfunc main() {} | false",
        "p\\0a\\0c\\0k\\0a\\0g\\0e\\0 \\0m\\0a\\0i\\0n\\0 | false",
        " | false",
      })
  void aProgramHasAMainFunctionInPackageMain(String text, boolean hasMain) {
    assertThat(
            GoFile.of(
                    (text == null ? "" : text)
                        .replace("\\n", "\n")
                        .replace("\\r", "\r")
                        .replace("\\0", "\0")
                        .replace("\\uFEFF", "\uFEFF"))
                .hasMain())
        .isEqualTo(hasMain);
  }

  @Test
  void aQuoteInARuneIsNoString() {
    // Given: a lexer that takes '"' for the beginning of a string sees no main
    var source =
        "package main\nvar q, r, s = '\"', '\\'', '`'\nfunc main() { listen(\":8080\") }\n";

    // When
    var file = GoFile.of(source);

    // Then
    assertThat(file.hasMain()).isTrue();
    assertThat(file.ports()).containsExactly(8080);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "import \"C\" | true",
        "// #include <stdio.h>\\nimport \"C\" | true",
        "import (\\n\\t\"C\"\\n\\t\"fmt\"\\n) | true",
        "import \"C\";\\r | true",
        "import \"fmt\" | false",
        "// import \"C\" | false",
        "var c = \"C\" | false",
      })
  void cgoIsAnImportOfC(String text, boolean usesCgo) {
    assertThat(
            GoFile.of(
                    "package x\n"
                        + text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t"))
                .usesCgo())
        .isEqualTo(usesCgo);
  }

  @Test
  void embeddedFilesAreADirective() {
    assertThat(GoFile.of("package x\n//go:embed static/*\nvar f embed.FS\n").embeds()).isTrue();
    assertThat(GoFile.of("package x\r\n//go:embed a.txt\r\nvar f string\r\n").embeds()).isTrue();
    assertThat(GoFile.of("package x\n// go:embed static/*\nvar f embed.FS\n").embeds()).isFalse();
  }

  @Test
  void aFileThatIsIgnoredIsNoPartOfAnything() {
    assertThat(GoFile.of("//go:build ignore\n\npackage main\nfunc main() {}\n").isIgnored())
        .isTrue();
    assertThat(GoFile.of("//go:build ignore\r\n\r\npackage main\r\n").isIgnored()).isTrue();
    assertThat(GoFile.of("// +build ignore\n\npackage main\n").isIgnored()).isTrue();
    assertThat(GoFile.of("//go:build linux\n\npackage main\n").isIgnored()).isFalse();
    assertThat(GoFile.of("package main\n//go:build ignore\n").isIgnored()).isFalse();
  }

  @Test
  void thePortVariableIsTheOneOfThePlatform() {
    assertThat(GoFile.of("package x\nvar p = os.Getenv(\"PORT\")").portVariable()).contains("PORT");
    assertThat(GoFile.of("package x\nvar p, ok = os.LookupEnv( \"PORT\" )").portVariable())
        .contains("PORT");
    assertThat(GoFile.of("package x\nvar p = os.Getenv(\"DB_PORT\")").portVariable()).isEmpty();
  }

  static Stream<Arguments> hostile() {
    var many = 1 << 20;
    return Stream.of(
            "\n",
            " ",
            "\t",
            "a",
            "port",
            "\"",
            "`",
            "'",
            "\\",
            "/*",
            "//",
            "package ",
            ":80",
            "\r\n",
            "{")
        .map(part -> Arguments.of(part, part.repeat(many / part.length())));
  }

  @ParameterizedTest(name = "a mebibyte of {0}")
  @MethodSource("hostile")
  void aHostileFileTakesNoTime(String part, String text) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          for (var source :
              new String[] {text, "package main\n" + text, text + "\npackage main\n"}) {
            var file = GoFile.of(source);
            file.isIgnored();
            file.hasMain();
            file.usesCgo();
            file.embeds();
            file.ports();
            file.portVariable();
          }
        });
  }
}
