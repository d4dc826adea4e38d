package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Somebody who holds a program at a breakpoint, until it is released. */
final class Breakpoint {
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  private Breakpoint() {}

  /**
   * Waits until the program stands there.
   *
   * @param request brings it there
   */
  static Breakpoint at(String place, Cluster cluster, String pod, Path folder, Runnable request) {
    var breakpoint = new Breakpoint();
    var stands = new CompletableFuture<Void>();
    CompletableFuture.runAsync(
            () ->
                new DelveClient(cluster, pod, made(folder.resolve(pod)))
                    .valueAt(
                        place,
                        "1+1",
                        // which is answered once the program goes on
                        () -> thread(request),
                        () -> {
                          stands.complete(null);
                          breakpoint.over.join();
                        }),
            Breakpoint::thread)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                stands.completeExceptionally(failure);
              }
            });
    assertThat(stands).succeedsWithin(Duration.ofSeconds(60));
    return breakpoint;
  }

  /** Lets the program go on, and the debugger's client end. */
  void release() {
    over.complete(null);
  }

  private static void thread(Runnable work) {
    var thread = new Thread(work);
    thread.setDaemon(true);
    // a request that nobody answers while the program stands is no failure
    thread.setUncaughtExceptionHandler((ended, failure) -> {});
    thread.start();
  }

  private static Path made(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
