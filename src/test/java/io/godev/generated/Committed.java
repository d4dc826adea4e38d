package io.godev.generated;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A file that is made from the code and committed; {@code make generate} writes it. */
public final class Committed {
  private Committed() {}

  /** Fails unless the file has that content. */
  public static void is(Path file, String content) throws IOException {
    if (System.getProperty("generate") != null) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    }
    assertThat(file).describedAs("run \"make generate\" and commit the result").hasContent(content);
  }

  /** Fails unless the folder has files of these names with these contents, and no others. */
  public static void are(Path folder, Map<String, String> files) throws IOException {
    for (var file : files.entrySet()) {
      is(folder.resolve(file.getKey()), file.getValue());
    }
    try (var committed = Files.list(folder)) {
      assertThat(committed.map(file -> file.getFileName().toString()))
          .describedAs("delete what is not recorded any more")
          .containsExactlyInAnyOrderElementsOf(files.keySet());
    }
  }
}
