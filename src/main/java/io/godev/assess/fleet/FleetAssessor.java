package io.godev.assess.fleet;

import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Reconciling;
import static io.godev.api.v1alpha1.ConditionType.Stalled;

import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.Condition.Status;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevFleetStatus;
import io.godev.api.v1alpha1.GoDevFleetStatus.FailedMember;
import io.godev.api.v1alpha1.GoDevFleetStatus.Templates;
import io.godev.api.v1alpha1.Reason;
import io.godev.plan.fleet.FleetNames;
import io.godev.plan.fleet.FleetPlan;
import io.godev.plan.fleet.MemberState;
import io.godev.plan.fleet.Members;
import io.godev.plan.fleet.Rollout;
import io.godev.plan.fleet.Texts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns what is seen of a fleet into its status. */
public final class FleetAssessor {
  private static final int MOST_FAILURES = 10;
  private static final int MOST_KEPT = 20;

  private FleetAssessor() {}

  /** What the fleet is about, in one condition. */
  private record Finding(Status ready, Reason reason, String message, boolean isStalled) {
    static Finding under(Reason reason, String message) {
      return new Finding(Status.False, reason, message, false);
    }

    static Finding stalled(Reason reason, String message) {
      return new Finding(Status.False, reason, message, true);
    }
  }

  /**
   * The status after a pass.
   *
   * @param after the members as the pass left them
   * @param lastGood hash of the template that is kept now, or null
   */
  public static GoDevFleetStatus of(
      GoDevFleet fleet,
      GoDevFleetStatus before,
      Rollout rollout,
      FleetPlan plan,
      Members after,
      List<FleetObstacle> obstacles,
      String lastGood,
      Instant now) {
    var failures = failures(after, obstacles);
    var listed = after.listed();
    var updated = count(listed, state -> state.template().equals(rollout.current().hash()));
    var finding = finding(fleet, rollout, plan, after, obstacles, failures, updated);
    var kept = plan.kept();
    return new GoDevFleetStatus(
        fleet.getMetadata().getGeneration(),
        conditions(finding, before, fleet.getMetadata().getGeneration(), now),
        listed.size(),
        count(listed, MemberState::isReady),
        updated,
        failures.size(),
        count(listed, MemberState::isSuspended),
        new Templates(rollout.current().hash(), lastGood, rollout.failure()),
        orNull(plan.updating(fleet, rollout, before, after, now)),
        orNull(failures.stream().limit(MOST_FAILURES).toList()),
        orNull(kept.stream().limit(MOST_KEPT).toList()));
  }

  private static Finding finding(
      GoDevFleet fleet,
      Rollout rollout,
      FleetPlan plan,
      Members after,
      List<FleetObstacle> obstacles,
      List<FailedMember> failures,
      int updated) {
    var listed = after.listed();
    var members = listed.size();
    var ready = count(listed, MemberState::isReady);
    if (rollout.failure() != null) {
      var held = held(rollout, plan, after);
      if (held.isPresent()) {
        return held.get();
      }
    }
    if (!plan.isEmpty() && hasRoomToGo(plan, obstacles)) {
      return Finding.under(
          Reason.RollingOut,
          "%d of %d members have the template of the spec.%s"
              .formatted(updated, members, waitingFor(listed, failures)));
    }
    var fleetWide = obstacles.stream().filter(o -> o.member().isEmpty()).findFirst();
    if (fleetWide.isPresent()) {
      return Finding.stalled(fleetWide.get().reason(), fleetWide.get().message());
    }
    if (ready + failures.size() < members) {
      return Finding.under(
          Reason.InProgress,
          "%d of %d members are ready.%s".formatted(ready, members, waitingFor(listed, failures)));
    }
    if (!failures.isEmpty()) {
      return Finding.stalled(failed(failures), failedMembers(fleet, failures, members));
    }
    if (plan.waiting()) {
      return Finding.under(Reason.RollingOut, "A member's debugger holds its program.");
    }
    return new Finding(
        Status.True,
        Reason.Ready,
        members == 0
            ? "spec.members is empty: there is nothing to make."
            : "All %d members are ready%s."
                .formatted(members, suspended(count(listed, MemberState::isSuspended))),
        false);
  }

  // what a template that failed leads to; nothing where it goes on all the same
  private static Optional<Finding> held(Rollout rollout, FleetPlan plan, Members after) {
    var failure = rollout.failure();
    var what =
        "spec.template failed at member %s: %s: %s"
            .formatted(failure.member(), failure.reason(), sentence(failure.message()));
    var remedy =
        " Correct spec.template, or set the fleet's annotation %s to a new value to try it again."
            .formatted(FleetNames.RETRY);
    return Optional.ofNullable(
        switch (rollout.course()) {
          case Forward -> null;
          case Halt ->
              Finding.stalled(
                  Reason.RolloutPaused,
                  what
                      + " %d of %d members have it, and nobody else is changed."
                          .formatted(
                              count(after.listed(), s -> s.template().equals(failure.template())),
                              after.listed().size())
                      + remedy);
          case Back -> {
            var left = count(after.listed(), state -> state.template().equals(failure.template()));
            yield left > 0 || !plan.isEmpty()
                ? Finding.under(
                    Reason.RollingBack,
                    what + " The last good template goes back to %d members.".formatted(left))
                : Finding.stalled(
                    Reason.RolledBack, what + " All members have the last good template." + remedy);
          }
        });
  }

  // refused changes are tried seldom; meanwhile nothing is under way
  private static boolean hasRoomToGo(FleetPlan plan, List<FleetObstacle> obstacles) {
    var refused = obstacles.stream().filter(o -> !o.member().isEmpty()).count();
    return plan.waiting() || plan.create().size() + plan.update().size() > refused;
  }

  private static Reason failed(List<FailedMember> failures) {
    var one = failures.stream().map(FailedMember::reason).distinct().toList();
    return one.size() == 1 && one.get(0).equals(Reason.NameConflict.name())
        ? Reason.NameConflict
        : Reason.MembersFailed;
  }

  private static String failedMembers(GoDevFleet fleet, List<FailedMember> failures, int members) {
    var first = failures.get(0);
    return "%d of %d members cannot go on: %s. %s: %s See status.failures, and godev status %s."
        .formatted(
            failures.size(),
            members,
            names(failures.stream().map(FailedMember::name).toList()),
            first.name(),
            sentence(first.message()),
            FleetNames.environment(fleet.getMetadata().getName(), first.name()));
  }

  private static List<FailedMember> failures(Members after, List<FleetObstacle> obstacles) {
    var inTheWay =
        obstacles.stream()
            .collect(
                Collectors.toMap(FleetObstacle::member, Function.identity(), (one, other) -> one));
    return after.listed().stream()
        .flatMap(
            state -> {
              var obstacle = inTheWay.get(state.name());
              if (obstacle != null) {
                return Stream.of(
                    new FailedMember(
                        state.name(),
                        obstacle.reason().name(),
                        Texts.shortened(obstacle.message())));
              }
              return state.isFailing()
                  ? Stream.of(
                      new FailedMember(
                          state.name(),
                          state.ready().reason(),
                          Texts.shortened(state.ready().message())))
                  : Stream.empty();
            })
        .toList();
  }

  private static String waitingFor(List<MemberState> listed, List<FailedMember> failures) {
    var failed = failures.stream().map(FailedMember::name).collect(Collectors.toSet());
    var names =
        listed.stream()
            .filter(state -> !state.isReady() && !failed.contains(state.name()))
            .map(MemberState::name)
            .toList();
    return names.isEmpty() ? "" : " Not ready yet: " + names(names) + ".";
  }

  private static String names(List<String> names) {
    var first = String.join(", ", names.subList(0, Math.min(3, names.size())));
    return names.size() <= 3 ? first : first + " and " + (names.size() - 3) + " more";
  }

  private static String suspended(int count) {
    return count == 0 ? "" : ", " + count + " of them suspended";
  }

  private static String sentence(String text) {
    return text.endsWith(".") || text.endsWith("…") ? text : text + ".";
  }

  private static List<Condition> conditions(
      Finding finding, GoDevFleetStatus before, Long generation, Instant now) {
    var progresses = finding.ready() != Status.True && !finding.isStalled();
    return List.of(
        condition(
            Ready, finding.ready(), finding.reason(), finding.message(), before, generation, now),
        progresses
            ? condition(
                Reconciling,
                Status.True,
                finding.reason(),
                finding.message(),
                before,
                generation,
                now)
            : condition(
                Reconciling,
                Status.False,
                Reason.Settled,
                "Nothing is under way.",
                before,
                generation,
                now),
        finding.isStalled()
            ? condition(
                Stalled, Status.True, finding.reason(), finding.message(), before, generation, now)
            : condition(
                Stalled,
                Status.False,
                Reason.Settled,
                "Nobody has to act.",
                before,
                generation,
                now));
  }

  private static Condition condition(
      ConditionType type,
      Status status,
      Reason reason,
      String message,
      GoDevFleetStatus before,
      Long generation,
      Instant now) {
    var previous = before.condition(type);
    var time =
        previous != null && previous.status() == status
            ? previous.lastTransitionTime()
            : now.truncatedTo(ChronoUnit.SECONDS).toString();
    return new Condition(type, status, reason.name(), message, generation, time);
  }

  private static int count(
      List<MemberState> states, java.util.function.Predicate<MemberState> wanted) {
    return (int) states.stream().filter(wanted).count();
  }

  private static <T> List<T> orNull(List<T> list) {
    return list.isEmpty() ? null : list;
  }
}
