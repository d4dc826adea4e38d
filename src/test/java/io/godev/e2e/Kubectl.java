package io.godev.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What kubectl printed, and how it ended. */
record Kubectl(int code, String out, List<String> err) {

  /** Runs it with that input. */
  static Kubectl with(String input, String... arguments) {
    try {
      var err = Files.createTempFile("kubectl", "err");
      var process =
          new ProcessBuilder(Stream.concat(Stream.of("kubectl"), Stream.of(arguments)).toList())
              .redirectError(err.toFile())
              .start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError("kubectl does not end: " + List.of(arguments));
      }
      var lines = Files.readAllLines(err);
      Files.delete(err);
      return new Kubectl(process.exitValue(), out, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
