package io.godev.operator;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Stops the writes of a replica that may have lost the lease.
 *
 * <p>A replica that was frozen, or cut off, cannot notice in time that another one leads. So the
 * right to write runs out by itself, counted from when the last renewal was sent, before anybody
 * else may take the lease.
 */
final class Fence implements Interceptor {
  private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

  private final Duration term;
  private final Clock clock;
  private final LongSupplier nanos;
  // a machine that sleeps stops the one, an adjusted clock turns back the other
  private volatile Instant until = Instant.MIN;
  private volatile long untilNanos;

  /**
   * A fence that is closed.
   *
   * @param term how long a renewal keeps it open
   * @param nanos a clock that nobody adjusts, in nanoseconds
   */
  Fence(Duration term, Clock clock, LongSupplier nanos) {
    this.term = term;
    this.clock = clock;
    this.nanos = nanos;
  }

  /** A moment to count a renewal from, if that succeeds. */
  Renewal renewal() {
    return new Renewal(clock.instant().plus(term), nanos.getAsLong() + term.toNanos());
  }

  /** Until when a renewal keeps the fence open, by both clocks. */
  record Renewal(Instant until, long untilNanos) {}

  void open(Renewal renewal) {
    untilNanos = renewal.untilNanos();
    until = renewal.until();
  }

  void close() {
    until = Instant.MIN;
  }

  boolean isOpen() {
    return clock.instant().isBefore(until) && untilNanos - nanos.getAsLong() > 0;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    // a watch has no method
    var method = request.method();
    if (method != null && !READS.contains(method) && !isOpen()) {
      throw new KubernetesClientException(
          "the lease was not renewed in time, so another replica may lead: not sent: "
              + method
              + " "
              + request.uri().getPath());
    }
  }
}
