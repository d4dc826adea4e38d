package io.godev.operator;

import java.util.Comparator;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads of the reconciler. What happens once the operator has started goes before the first
 * look at what was there: after a restart a new environment does not wait for a thousand old ones.
 */
final class ReconcilerThreads extends ThreadPoolExecutor {
  private final AtomicLong numbers = new AtomicLong();
  private volatile boolean started;

  private record Pass(Runnable work, boolean first, long number)
      implements Runnable, Comparable<Pass> {
    private static final Comparator<Pass> ORDER =
        Comparator.comparing(Pass::first).thenComparing(Pass::number);

    @Override
    public void run() {
      work.run();
    }

    @Override
    public int compareTo(Pass other) {
      return ORDER.compare(this, other);
    }
  }

  ReconcilerThreads(int count) {
    super(count, count, 0, TimeUnit.SECONDS, new PriorityBlockingQueue<>());
  }

  /** All that was there at the start is in the queue. */
  void started() {
    started = true;
  }

  @Override
  public void execute(Runnable work) {
    super.execute(new Pass(work, !started, numbers.getAndIncrement()));
  }
}
