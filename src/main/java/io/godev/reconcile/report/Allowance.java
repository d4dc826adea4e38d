package io.godev.reconcile.report;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * How often one sender may report: a few times a second for long, more at once. Beyond that nothing
 * of what it sends is even read.
 */
final class Allowance {
  private static final int AT_ONCE = 20;
  private static final Duration EACH = Duration.ofMillis(200);

  private final Clock clock;
  // by sender: when all that it was allowed is allowed again
  private final Recent<Instant> full = new Recent<>();

  Allowance(Clock clock) {
    this.clock = clock;
  }

  /** Takes one of what the sender is allowed; false if nothing is left. */
  synchronized boolean take(String sender) {
    var now = clock.instant();
    var until = full.get(sender);
    var from = until == null || until.isBefore(now) ? now : until;
    var next = from.plus(EACH);
    if (Duration.between(now, next).compareTo(EACH.multipliedBy(AT_ONCE)) > 0) {
      return false;
    }
    full.put(sender, next);
    return true;
  }
}
