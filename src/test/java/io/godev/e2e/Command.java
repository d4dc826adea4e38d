package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The command {@code godev} as "make cli" leaves it, in a process of its own. */
final class Command implements AutoCloseable {
  private static final Path LAUNCHER = Path.of("target/godev/bin/godev").toAbsolutePath();

  private final Process process;
  private final StringBuffer output = new StringBuffer();
  private final Thread reader;

  private Command(Process process) {
    this.process = process;
    reader = new Thread(this::read, "godev-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts it in a folder. */
  static Command start(Path folder, String... arguments) {
    assertThat(LAUNCHER).as("made by \"make cli\"").isExecutable();
    List<String> words = new ArrayList<>(List.of(LAUNCHER.toString()));
    words.addAll(List.of(arguments));
    try {
      return new Command(
          new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs it to its end, which has to come with that code, and returns what it printed. */
  static String run(int code, Path folder, String... arguments) {
    try (var command = start(folder, arguments)) {
      command.ends(code);
      return command.output();
    }
  }

  /** Waits for words in what it prints. */
  void says(String words, Duration patience) {
    Awaitility.await(words)
        .atMost(patience)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () -> assertThat(!process.isAlive() || output().contains(words)).as(output()).isTrue());
    assertThat(output()).contains(words);
  }

  /** As Ctrl-C does, for a process without a terminal. */
  void interrupt() {
    // that of the process itself would close the streams
    process.toHandle().destroy();
  }

  void ends(int code) {
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends: " + output).isTrue();
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    assertThat(process.exitValue()).as(output()).isEqualTo(code);
  }

  String output() {
    return output.toString();
  }

  private void read() {
    try (var in = process.inputReader(StandardCharsets.UTF_8)) {
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        output.append(line).append('\n');
      }
    } catch (IOException e) {
      output.append(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
