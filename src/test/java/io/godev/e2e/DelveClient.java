package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Delve's own client, the one of the pod's runtime image, over the port-forward of a user. */
final class DelveClient {
  private static final int PORT = 40_000;

  private final Cluster cluster;
  private final String pod;
  private final Path folder;
  private final Path dlv;

  DelveClient(Cluster cluster, String pod, Path folder) {
    this.cluster = cluster;
    this.pod = pod;
    this.folder = folder;
    this.dlv = folder.resolve("dlv");
    assertThat(cluster.pod(pod).inContainer("dev").file("/godev/dlv").copy(dlv)).isTrue();
    try {
      Files.setPosixFilePermissions(dlv, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What a client prints of an expression at a place, such as {@code main.go:15} or a function.
   *
   * @param request brings the program there; it is made in the background once the breakpoint is
   *     set
   */
  String valueAt(String place, String expression, Runnable request) {
    return valueAt(place, expression, request, () -> {});
  }

  /**
   * The same.
   *
   * @param meanwhile what is done while the program stands
   */
  String valueAt(String place, String expression, Runnable request, Runnable meanwhile) {
    try (var forward = cluster.pod(pod).portForward(PORT)) {
      var printed = folder.resolve("printed");
      var process =
          new ProcessBuilder(
                  dlv.toString(),
                  "connect",
                  "127.0.0.1:" + forward.getLocalPort(),
                  "--allow-non-terminal-interactive=true")
              .redirectErrorStream(true)
              .redirectOutput(printed.toFile())
              .start();
      try (var commands = process.outputWriter()) {
        commands.write("break " + place + "\ncontinue\n");
        commands.flush();
        prints(printed, "Breakpoint \\d+ set");
        var answered = CompletableFuture.runAsync(request);
        prints(printed, "> \\[Breakpoint \\d+\\]");
        meanwhile.run();
        commands.write("print " + expression + "\nclearall\nexit -c\n");
        commands.flush();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        answered.get(30, TimeUnit.SECONDS);
      } finally {
        process.destroyForcibly();
      }
      return Files.readString(printed);
    } catch (Exception e) {
      throw new AssertionError("delve's client", e);
    }
  }

  private void prints(Path printed, String pattern) {
    cluster.awaitThat(
        "delve's client prints " + pattern,
        Duration.ofSeconds(30),
        () -> {
          try {
            assertThat(Files.readString(printed)).containsPattern(pattern);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
