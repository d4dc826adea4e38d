package io.godev.cli.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GoModTest {
  private static final String ALL =
      """
      // Deprecated: use v3.
      module example.com/team/shop/v2 // the shop

      go 1.25.3

      toolchain go1.26.1

      require github.com/one/direct v1.0.0

      require (
      \tgithub.com/two/direct v1.2.3
      \tgithub.com/three/indirect v0.0.0-20240102030405-abcdefabcdef // indirect
      \t"gopkg.in/yaml.v3" v3.0.1
      )

      exclude github.com/bad/one v1.0.0

      replace (
      \tgithub.com/one/direct => ../fork
      \tgithub.com/two/direct v1.2.3 => ./inside
      )

      retract [v2.0.0, v2.0.3]

      tool golang.org/x/tools/cmd/stringer
      """;

  @Test
  void everythingOfItIsRead() {
    assertThat(GoMod.of(ALL))
        .isEqualTo(
            new GoMod(
                "example.com/team/shop/v2",
                "1.25.3",
                "go1.26.1",
                List.of("github.com/one/direct", "github.com/two/direct", "gopkg.in/yaml.v3"),
                List.of("../fork")));
  }

  @Test
  void windowsLineEndsChangeNothing() {
    assertThat(GoMod.of(ALL.replace("\n", "\r\n"))).isEqualTo(GoMod.of(ALL));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "../x | true",
        ".. | true",
        "../../lib/x | true",
        "./sub/../../x | true",
        "/home/alice/x | true",
        "C:/work/x | true",
        "C:\\work\\x | true",
        "..\\x | true",
        "\"../x\" | true",
        "`../x` | true",
        "./x | false",
        ".\\x | false",
        "./a/../b | false",
        "./..x | false",
        "example.com/fork v1.2.3 | false",
        "../x v1.2.3 | false",
      })
  void aReplacementIsOutsideIfItsFolderIs(String replacement, boolean isOutside) {
    // When
    var mod = GoMod.of("module m\nreplace example.com/x => " + replacement + "\n");

    // Then
    assertThat(mod.localReplacements()).hasSize(isOutside ? 1 : 0);
  }

  static Stream<String> broken() {
    return Stream.of(
        "", "\n\n\n", "module", "module (", ")", "require (", "replace", "replace =>", "=>", "go");
  }

  @ParameterizedTest
  @MethodSource("broken")
  void whatIsNoGoModIsReadAsFarAsItGoes(String text) {
    assertThat(GoMod.of(text).required()).isEmpty();
  }

  @Test
  void aModuleInABlockIsRead() {
    assertThat(GoMod.of("module (\n\texample.com/m\n)\ngo (\n 1.26\n)\n"))
        .extracting(GoMod::module, GoMod::goVersion)
        .containsExactly("example.com/m", "1.26");
  }

  @ParameterizedTest
  @CsvSource({
    "example.com/shop, github.com/x/y, ''",
    "example.com/shop, example.com/lib, example.com",
    "example.com/shop, git.example.com/lib, git.example.com",
    "example.com/shop, gitlab.corp.example/team/lib, gitlab.corp.example",
    "example.com/shop, code.internal/x, code.internal",
    "github.com/me/shop, github.com/me/lib, ''",
    "shop, k8s.io/api, ''",
    "shop, shop/lib, ''",
    "example.com/shop, go.uber.org/zap, ''",
    "example.com/shop, other.example/lib, ''",
  })
  void hostsOfACompanyLookPrivate(String module, String required, String looking) {
    // When
    var mod = GoMod.of("module %s\nrequire %s v1.0.0\n".formatted(module, required));

    // Then
    assertThat(mod.privateLooking()).isEqualTo(looking.isEmpty() ? List.of() : List.of(looking));
  }
}
