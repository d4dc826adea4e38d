package io.godev.cli.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against the real runtime, on this machine. */
class SyncClientTest {
  @TempDir private Path folder;
  private Path local;
  private Path workspace;
  private Runtime runtime;

  @BeforeEach
  void folders() throws IOException {
    local = Files.createDirectory(folder.resolve("local"));
    workspace = Files.createDirectory(folder.resolve("workspace"));
    runtime = new Runtime(workspace);
  }

  @Test
  void aFirstPushBringsFilesFoldersAndLinks() throws Exception {
    // Given
    Files.writeString(local.resolve("go.mod"), "module shop\r\n");
    Files.createDirectories(local.resolve("a/b"));
    Files.writeString(local.resolve("a/b/main.go"), "package main\n");
    Files.createSymbolicLink(local.resolve("a/link"), Path.of("b/main.go"));

    // When
    try (var client = new SyncClient(local, runtime, new SyncListener() {}, "alice", true, false)) {
      client.start();
      client.ended().get(30, TimeUnit.SECONDS);
    }

    // Then
    assertThat(workspace.resolve("go.mod")).hasContent("module shop\r\n");
    assertThat(workspace.resolve("a/link")).isSymbolicLink().hasContent("package main\n");
  }
}
