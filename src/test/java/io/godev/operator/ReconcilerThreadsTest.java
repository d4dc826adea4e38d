package io.godev.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReconcilerThreadsTest {

  @Test
  void whatHappensAfterTheStartGoesFirstAndElseTheOrderIsKept() throws Exception {
    // Given a thread that is busy, and what was there at the start
    var threads = new ReconcilerThreads(1);
    var free = new CountDownLatch(1);
    List<String> done = new CopyOnWriteArrayList<>();
    threads.execute(() -> await(free));
    for (var name : List.of("old-1", "old-2", "old-3")) {
      threads.execute(() -> done.add(name));
    }

    // When others come after it
    threads.started();
    for (var name : List.of("new-1", "new-2", "new-3")) {
      threads.execute(() -> done.add(name));
    }
    free.countDown();
    threads.shutdown();

    // Then
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(done).containsExactly("new-1", "new-2", "new-3", "old-1", "old-2", "old-3");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
