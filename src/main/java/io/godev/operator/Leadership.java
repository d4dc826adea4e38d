package io.godev.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectorBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease by which one of several replicas leads.
 *
 * <p>The client's own elector, and not the framework's use of it: that asks for a right it does not
 * need, keeps the lease after an orderly stop, and holds every replica's caches warm.
 */
final class Leadership {
  /** Name of the Lease, in the operator's namespace. */
  static final String LEASE = "godev-operator";

  /** How long nobody else takes a lease that is not renewed. */
  static final Duration DURATION = Duration.ofSeconds(30);

  /** How long the leader tries to renew, and may write, after the last renewal. */
  static final Duration DEADLINE = Duration.ofSeconds(20);

  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  private final Clock clock;
  private final Fence fence;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            var result = new Thread(task, "leader-election");
            result.setDaemon(true);
            return result;
          });
  private CompletableFuture<?> election = CompletableFuture.completedFuture(null);
  private volatile boolean leading;
  private volatile boolean stopping;
  private volatile Instant tried;
  private volatile Instant othersSeen = Instant.MIN;

  Leadership(Fence fence, Clock clock) {
    this.fence = fence;
    this.clock = clock;
    this.tried = clock.instant();
  }

  /**
   * Waits for the lease in the background, and keeps it.
   *
   * @param client not the fenced one
   * @param identity differs from that of every other replica, and stays over a restart of the
   *     container, which so goes on at once
   * @param won is run once, in a thread of its own
   * @param lost is run at once when another replica may lead
   */
  void seek(
      KubernetesClient client, String namespace, String identity, Runnable won, Runnable lost) {
    LOG.info("waiting for the lease {}/{} as {}", namespace, LEASE, identity);
    var callbacks =
        new LeaderCallbacks(
            () -> {
              leading = true;
              // the renewals go on in this thread
              new Thread(won, "lead").start();
            },
            () -> {
              leading = false;
              if (!stopping) {
                lost.run();
              }
            },
            leader -> LOG.info("the lease is held by {}", leader));
    election =
        new LeaderElectorBuilder(client, thread)
            .withConfig(
                new LeaderElectionConfig(
                    new WatchedLock(new LeaseLock(namespace, LEASE, identity)),
                    DURATION,
                    DEADLINE,
                    PERIOD,
                    callbacks,
                    true,
                    LEASE))
            .build()
            .start();
  }

  boolean isLeading() {
    return leading;
  }

  /**
   * Whether another replica's lease could be read lately: who cannot read it will not take over
   * either.
   */
  boolean isStandby() {
    return !leading && clock.instant().isBefore(othersSeen.plus(DURATION));
  }

  /** Whether the lease is still asked for, be it in vain: an elector that ended does not start. */
  boolean isTrying() {
    return clock.instant().isBefore(tried.plus(DURATION.multipliedBy(2)));
  }

  /** Gives the lease back, so that the next replica need not wait for its end. */
  void stop() {
    stopping = true;
    election.cancel(true);
    thread.shutdownNow();
  }

  /** Takes note of what the elector does. */
  private final class WatchedLock implements Lock {
    private final Lock lock;

    WatchedLock(Lock lock) {
      this.lock = lock;
    }

    @Override
    public LeaderElectionRecord get(KubernetesClient client) {
      tried = clock.instant();
      var record = lock.get(client);
      if (record != null && !identity().equals(record.getHolderIdentity())) {
        othersSeen = clock.instant();
      }
      return record;
    }

    @Override
    public void create(KubernetesClient client, LeaderElectionRecord record) {
      var renewal = fence.renewal();
      lock.create(client, record);
      fence.open(renewal);
    }

    @Override
    public void update(KubernetesClient client, LeaderElectionRecord record) {
      if (!identity().equals(record.getHolderIdentity())) {
        // whoever sees it given back may write at once
        fence.close();
        lock.update(client, record);
        return;
      }
      var renewal = fence.renewal();
      lock.update(client, record);
      fence.open(renewal);
    }

    @Override
    public String identity() {
      return lock.identity();
    }

    @Override
    public String describe() {
      return lock.describe();
    }
  }
}
