package io.godev.cli.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoWorkTest {
  private static final String WORK =
      """
      go 1.26

      use ./shop // this one
      use (
      \t./lib
      \t"../elsewhere"
      )

      replace example.com/x => ../x
      """;

  @TempDir private Path folder;

  @Test
  void aWorkspaceAboveUsesNeighbours() throws IOException {
    // Given
    var shop = Folder.of(folder, "").with("go.work", WORK).with("shop/go.mod", "module m\n");

    // When
    var work = GoWork.of(shop.path().resolve("shop")).orElseThrow();

    // Then
    assertThat(work.outside()).containsExactly("./lib", "../elsewhere");
    assertThat(work.words(folder.resolve("shop")))
        .contains(folder.resolve("go.work") + " uses ./lib, ../elsewhere, which are outside")
        .endsWith("the pod builds without that workspace");
  }

  @Test
  void oneInTheFolderItselfIsPushedAndWouldBreakTheBuild() throws IOException {
    // Given
    Folder.of(folder, "").with("go.work", WORK.replace("\n", "\r\n"));

    // When
    var work = GoWork.of(folder).orElseThrow();

    // Then
    assertThat(work.outside()).containsExactly("../elsewhere");
    assertThat(work.words(folder))
        .contains("which is outside")
        .contains("write go.work into .godevignore");
  }

  @Test
  void withoutOneThereIsNone() throws IOException {
    assertThat(GoWork.of(folder)).isEmpty();
  }
}
