package io.godev.plan.fleet;

import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevFleetSpec.OnFailure;
import io.godev.api.v1alpha1.GoDevFleetStatus;
import io.godev.api.v1alpha1.GoDevFleetStatus.Failure;
import io.godev.plan.fleet.MemberState.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which template the members are to have: that of the spec, unless it failed.
 *
 * <p>It fails when it puts a member that got it, and has not been ready with it yet, into a state
 * in which somebody has to act, or leaves it without becoming ready for too long. A member that was
 * failing before says nothing of the template; nor does one that fails later, which is its
 * developer's own doing. Where no template was good before there is nothing to go back to, and
 * nothing is called a failure of the template.
 *
 * @param current that of the spec
 * @param lastGood hash of the one that reached all members last, or null
 * @param failure what happened to the current one, or null
 * @param course what is done about it
 */
public record Rollout(FleetTemplate current, String lastGood, Failure failure, Course course) {

  /** Where the members go. */
  public enum Course {
    /** To the current template. */
    Forward,
    /** To the last good one. */
    Back,
    /** Nobody is changed. */
    Halt
  }

  static final GoDevFleetStatus.Templates NONE = new GoDevFleetStatus.Templates(null, null, null);

  /** Decides by what the status says of earlier passes. */
  public static Rollout of(
      GoDevFleet fleet, GoDevFleetStatus before, Members members, Instant now) {
    var current = FleetTemplate.of(fleet.getSpec().template());
    var known = before.template() == null ? NONE : before.template();
    var pace = Pace.of(fleet.getSpec());
    var failure =
        isInForce(known.failure(), current, fleet)
            ? known.failure()
            : isNew(current.hash(), known.lastGood())
                ? failure(fleet, current, members, updating(before), pace, now)
                : null;
    return new Rollout(current, known.lastGood(), failure, course(failure, pace));
  }

  /** The same after the API server refused the template for a member. */
  public Rollout refused(GoDevFleet fleet, String member, String reason, String message) {
    if (course != Course.Forward || failure != null || !isNew(current.hash(), lastGood)) {
      return this;
    }
    var refusal = new Failure(current.hash(), member, reason, message, retry(fleet));
    return new Rollout(current, lastGood, refusal, course(refusal, Pace.of(fleet.getSpec())));
  }

  /** The same where the last good template is not there any more. */
  public Rollout halted() {
    return new Rollout(current, lastGood, failure, Course.Halt);
  }

  /** Hash of the template that members get now. */
  public String target() {
    return course == Course.Back ? lastGood : current.hash();
  }

  /** Whether the current template has reached every member it could, and works for one at least. */
  public boolean isProven(GoDevFleet fleet, Members members, FleetPlan plan, Instant now) {
    var pace = Pace.of(fleet.getSpec());
    return failure == null
        && plan.isEmpty()
        && members.listed().stream()
            .allMatch(
                member ->
                    member.template().equals(current.hash())
                        && member.phase(pace, now) != Phase.Updating)
        // one that does not run shows nothing
        && members.listed().stream()
            .anyMatch(
                member ->
                    member.isReady()
                        && !member.isSuspended()
                        && member.phase(pace, now) == Phase.Done);
  }

  static Set<String> updating(GoDevFleetStatus before) {
    return Set.copyOf(Optional.ofNullable(before.updating()).orElse(List.of()));
  }

  private static boolean isNew(String current, String lastGood) {
    return lastGood != null && !lastGood.equals(current);
  }

  private static boolean isInForce(Failure failure, FleetTemplate current, GoDevFleet fleet) {
    return failure != null
        && failure.template().equals(current.hash())
        && Objects.equals(failure.retry(), retry(fleet));
  }

  private static String retry(GoDevFleet fleet) {
    return FleetNames.annotations(fleet).get(FleetNames.RETRY);
  }

  private static Course course(Failure failure, Pace pace) {
    if (failure == null || pace.onFailure() == OnFailure.Continue) {
      return Course.Forward;
    }
    return pace.onFailure() == OnFailure.Pause ? Course.Halt : Course.Back;
  }

  private static Failure failure(
      GoDevFleet fleet,
      FleetTemplate current,
      Members members,
      Set<String> updating,
      Pace pace,
      Instant now) {
    return members.listed().stream()
        .filter(member -> updating.contains(member.name()))
        .filter(member -> member.template().equals(current.hash()))
        .filter(member -> !Written.of(member.environment()).failing())
        .map(member -> failure(fleet, current, member, member.phase(pace, now), pace))
        .flatMap(Optional::stream)
        .findFirst()
        .orElse(null);
  }

  private static Optional<Failure> failure(
      GoDevFleet fleet, FleetTemplate current, MemberState member, Phase phase, Pace pace) {
    if (phase != Phase.Failing && phase != Phase.Overdue) {
      return Optional.empty();
    }
    var ready = member.ready();
    var reason = ready == null ? "Unobserved" : ready.reason();
    var said = ready == null ? "its environment says nothing yet." : ready.message();
    var message =
        phase == Phase.Failing
            ? said
            : "not ready within %d minutes: %s".formatted(pace.failureAfter().toMinutes(), said);
    return Optional.of(
        new Failure(current.hash(), member.name(), reason, Texts.shortened(message), retry(fleet)));
  }
}
