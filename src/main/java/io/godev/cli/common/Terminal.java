package io.godev.cli.common;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Help.Ansi;
import sun.misc.Signal;

/** What the user sits at. */
public final class Terminal {
  private static final CountDownLatch INTERRUPTED = new CountDownLatch(1);

  /** The exit code of a command whose waiting was ended, as shells have it for Ctrl-C. */
  public static final int EXIT_INTERRUPTED = 130;

  private Terminal() {}

  /** Whether both input and output are a person's. */
  public static boolean isInteractive() {
    var console = System.console();
    return console != null && isTerminal(console);
  }

  // from Java 22 on there is a console for pipes too, which has to be asked; before, there is none
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }

  /** Text with picocli's marks for colours, which show on a terminal alone. */
  public static String paint(String style, String text) {
    return Ansi.AUTO.enabled()
        ? Ansi.Style.on(Ansi.Style.parse(style)) + text + Ansi.Style.off(Ansi.Style.parse(style))
        : text;
  }

  /**
   * From now on Ctrl-C does not end the process, but what waits in {@link #awaitInterrupt}.
   *
   * <p>Twice it does: somebody who presses it again does not want to wait.
   */
  public static void catchInterrupts() {
    for (var name : new String[] {"INT", "TERM"}) {
      Signal.handle(
          new Signal(name),
          signal -> {
            if (INTERRUPTED.getCount() == 0) {
              Runtime.getRuntime().halt(128 + signal.getNumber());
            }
            INTERRUPTED.countDown();
          });
    }
  }

  /** Waits for Ctrl-C. */
  public static void awaitInterrupt() {
    try {
      INTERRUPTED.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for Ctrl-C for a while; whether it came. */
  public static boolean awaitInterrupt(long millis) {
    try {
      return INTERRUPTED.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  public static boolean isInterrupted() {
    return INTERRUPTED.getCount() == 0;
  }
}
