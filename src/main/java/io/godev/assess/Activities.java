package io.godev.assess;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Activity;
import io.godev.api.v1alpha1.RuntimeReport.UseState;
import io.godev.resolve.Lifecycle;
import io.godev.resolve.ResolvedEnvironment;
import io.godev.resolve.Suspension;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who works in an environment, and when it is suspended for that nobody does.
 *
 * <p>The runtime sees that, and only its word that nobody has for the whole time suspends: where
 * nothing is reported, nothing is suspended.
 */
public final class Activities {
  private static final String REQUEST = "Request";
  private static final Duration SOON = Duration.ofSeconds(1);

  private Activities() {}

  /** What the status says of it; null where nothing is asked for. */
  static Activity of(
      GoDevEnvironment environment, ResolvedEnvironment resolved, Observation seen, Instant now) {
    var before =
        Optional.ofNullable(environment.getStatus())
            .map(status -> status.activity())
            .orElse(new Activity(null, null, null, null, null, null));
    var end = Lifecycle.expiresAt(environment, resolved.spec());
    var expiresAt = end.map(Instant::toString).orElse(null);
    if (resolved.suspension() == Suspension.Idle) {
      return new Activity(
          before.kind(),
          before.lastActivity(),
          null,
          before.suspendedAt(),
          before.asked(),
          expiresAt);
    }
    if (resolved.suspension() == Suspension.Expired) {
      return new Activity(
          before.kind(), before.lastActivity(), null, expiresAt, before.asked(), expiresAt);
    }
    var idle = resolved.spec().idle();
    if (resolved.isSuspended() || idle == null || idle.suspendAfterMinutes() == null) {
      return expiresAt == null ? null : new Activity(null, null, null, null, null, expiresAt);
    }
    return running(
        environment,
        Duration.ofMinutes(idle.suspendAfterMinutes()),
        before,
        Reported.of(seen, now),
        expiresAt,
        now);
  }

  private static Activity running(
      GoDevEnvironment environment,
      Duration patience,
      Activity before,
      Reported reported,
      String expiresAt,
      Instant now) {
    var asked = Lifecycle.asked(environment);
    var use = reported.use();
    if (use == null || use.state() == null || use.state() == UseState.Active) {
      return new Activity(use == null ? null : use.kind(), null, null, null, asked, expiresAt);
    }
    var kind = use.kind();
    var last = reported.time(use.since());
    var request = request(before, asked, now);
    if (request.isPresent() && request.get().isAfter(last)) {
      kind = REQUEST;
      last = request.get();
    }
    last = last.truncatedTo(ChronoUnit.SECONDS);
    var awakeUntil = Lifecycle.awakeUntil(environment);
    var suspendAt = last.plus(patience);
    suspendAt = awakeUntil.isAfter(suspendAt) ? awakeUntil : suspendAt;
    var isOver = use.state() == UseState.Idle && !now.isBefore(suspendAt);
    return new Activity(
        kind,
        last.toString(),
        isOver || suspendAt.equals(Instant.MAX) ? null : suspendAt.toString(),
        isOver ? now.truncatedTo(ChronoUnit.SECONDS).toString() : null,
        asked,
        expiresAt);
  }

  // a change of the spec, or of an annotation of ours, is work too
  private static Optional<Instant> request(Activity before, String asked, Instant now) {
    if (before.asked() == null) {
      return Optional.empty();
    }
    if (!before.asked().equals(asked)) {
      return Optional.of(now);
    }
    return REQUEST.equals(before.kind())
        ? Optional.ofNullable(before.lastActivity()).map(Instant::parse)
        : Optional.empty();
  }

  /** When time alone will suspend it, warn of that, or take the pod away: how long, or null. */
  public static Duration nextLook(
      GoDevEnvironment environment, GoDevEnvironmentStatus status, Instant now) {
    var before = environment.getStatus() == null ? null : environment.getStatus().activity();
    var after = status.activity();
    if (after == null) {
      return null;
    }
    if (after.suspendedAt() != null
        && (before == null || !Objects.equals(before.suspendedAt(), after.suspendedAt()))) {
      return SOON;
    }
    var end = Optional.ofNullable(after.expiresAt()).map(Instant::parse);
    return Stream.of(
            Optional.ofNullable(after.suspendAt()).map(Instant::parse),
            end,
            end.map(time -> Lifecycle.warnsAt(environment, time)))
        .flatMap(Optional::stream)
        .filter(time -> time.isAfter(now))
        .min(Instant::compareTo)
        .map(time -> Duration.between(now, time).plus(SOON))
        .orElse(null);
  }
}
