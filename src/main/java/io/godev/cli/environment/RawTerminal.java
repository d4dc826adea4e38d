package io.godev.cli.environment;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import sun.misc.Signal;

/**
 * The terminal without an own echo and line editing, so that every key reaches the other side.
 *
 * <p>By {@code stty}, which Linux and macOS have. The console of Windows stays as it is: there a
 * line is sent as a whole.
 */
final class RawTerminal implements AutoCloseable {
  private static final File TERMINAL = new File("/dev/tty");

  private final String before;
  private final Thread restore = new Thread(this::restore);

  private RawTerminal(String before) {
    this.before = before;
  }

  static RawTerminal open() {
    var before = TERMINAL.canRead() ? stty("-g") : "";
    var terminal = new RawTerminal(before);
    if (!before.isEmpty()) {
      // also when the process is ended from outside: a terminal without echo is hard to use
      Runtime.getRuntime().addShutdownHook(terminal.restore);
      stty("raw", "-echo");
    }
    return terminal;
  }

  /** Tells columns and rows, now and whenever they change. */
  void onSize(BiConsumer<Integer, Integer> size) {
    if (before.isEmpty()) {
      return;
    }
    tell(size);
    Signal.handle(new Signal("WINCH"), signal -> tell(size));
  }

  private static void tell(BiConsumer<Integer, Integer> size) {
    var words = stty("size").split(" ");
    if (words.length == 2) {
      size.accept(Integer.parseInt(words[1]), Integer.parseInt(words[0]));
    }
  }

  @Override
  public void close() {
    restore();
  }

  private void restore() {
    if (!before.isEmpty()) {
      stty(before);
    }
  }

  // what it prints; empty where it cannot be had
  private static String stty(String... arguments) {
    var command = new String[arguments.length + 1];
    command[0] = "stty";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      var process =
          new ProcessBuilder(command)
              .redirectInput(TERMINAL)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? printed.strip() : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
