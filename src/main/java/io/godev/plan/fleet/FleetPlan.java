package io.godev.plan.fleet;

import static java.util.stream.Collectors.toCollection;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec.Mode;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevFleetSpec.Prune;
import io.godev.api.v1alpha1.GoDevFleetStatus;
import io.godev.plan.fleet.MemberState.Phase;
import io.godev.plan.fleet.Rollout.Course;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is to be done for a fleet now.
 *
 * <p>Environments that are missing are made at once, whatever the rollout: nobody loses anything by
 * it. Of those that are there at most {@code maxUpdating} are on their way to the template at any
 * time, those first that are not ready anyway; a change that starts nothing anew, such as of a
 * label or of a suspended environment, waits for nobody.
 *
 * @param create environments that are missing
 * @param update environments that should be otherwise
 * @param delete environments of members that are listed no more
 * @param kept names of such environments that stay
 * @param waiting whether more updates follow when those under way are done
 */
public record FleetPlan(
    List<GoDevEnvironment> create,
    List<Change> update,
    List<GoDevEnvironment> delete,
    List<String> kept,
    boolean waiting) {

  /** An environment as it is and as it should be. */
  public record Change(GoDevEnvironment present, GoDevEnvironment wanted) {}

  /**
   * Plans.
   *
   * @param target the template that members get now
   */
  public static FleetPlan of(
      GoDevFleet fleet, Rollout rollout, FleetTemplate target, Members members, Instant now) {
    var environment = new MemberEnvironment(fleet, target, now);
    var name = fleet.getMetadata().getName();
    var create =
        members.listed().stream()
            .filter(state -> state.environment() == null)
            .filter(
                state -> !members.leaving().contains(FleetNames.environment(name, state.name())))
            .map(state -> environment.create(state.member()))
            .toList();
    List<Change> update = new ArrayList<>();
    var waiting = false;
    if (rollout.course() != Course.Halt) {
      var pace = Pace.of(fleet.getSpec());
      List<MemberState> disturbed = new ArrayList<>();
      for (var state : members.listed()) {
        var wanted = state.environment() == null ? null : environment.update(state);
        if (wanted != null && disturbs(wanted, state.environment())) {
          disturbed.add(state);
        } else if (wanted != null) {
          update.add(new Change(state.environment(), wanted));
        }
      }
      var room = pace.maxUpdating() - underWay(members, disturbed, target, pace, now);
      var next =
          disturbed.stream()
              .filter(state -> !state.isPaused())
              .sorted(Comparator.comparing(MemberState::isReady))
              .limit(Math.max(0, room))
              .toList();
      next.forEach(state -> update.add(new Change(state.environment(), environment.update(state))));
      waiting = next.size() < disturbed.size();
    }
    var kept = members.unlisted().stream().filter(left -> stays(fleet, left)).toList();
    kept.stream()
        .map(left -> new Change(left, MemberEnvironment.released(fleet, left)))
        .filter(change -> change.wanted() != null)
        .forEach(update::add);
    return new FleetPlan(
        create,
        update,
        members.unlisted().stream().filter(left -> !stays(fleet, left)).toList(),
        kept.stream().map(left -> left.getMetadata().getName()).toList(),
        waiting);
  }

  /** Whether everything is as it should be. */
  public boolean isEmpty() {
    return create.isEmpty() && update.isEmpty() && !waiting;
  }

  /** Whether the pod of that member may be replaced by one of the updates. */
  public boolean changesSpecOf(String member) {
    return update.stream()
        .filter(change -> disturbs(change.wanted(), change.present()))
        .anyMatch(
            change -> member.equals(FleetNames.labels(change.wanted()).get(FleetNames.MEMBER)));
  }

  /**
   * Members that have the target and have yet to show that it works, for the status: those of
   * before, and those that were just changed, or made while a template is on trial.
   */
  public List<String> updating(
      GoDevFleet fleet, Rollout rollout, GoDevFleetStatus before, Members after, Instant now) {
    var pace = Pace.of(fleet.getSpec());
    Set<String> names = new LinkedHashSet<>(Rollout.updating(before));
    var onTrial = rollout.lastGood() != null && !rollout.lastGood().equals(rollout.target());
    Stream.concat(
            update.stream()
                .filter(change -> disturbs(change.wanted(), change.present()))
                .map(Change::wanted),
            onTrial ? create.stream() : Stream.of())
        .map(environment -> FleetNames.labels(environment).get(FleetNames.MEMBER))
        .forEach(names::add);
    return after.listed().stream()
        .filter(state -> names.contains(state.name()))
        .filter(state -> state.template().equals(rollout.target()))
        .filter(state -> state.phase(pace, now) == Phase.Updating)
        .map(MemberState::name)
        .toList();
  }

  /** When time alone asks for another look: how long until then, or null. */
  public static Duration nextLook(GoDevFleet fleet, Members members, Instant now) {
    var pace = Pace.of(fleet.getSpec());
    return members.listed().stream()
        .filter(state -> state.phase(pace, now) == Phase.Updating)
        .map(state -> state.untilNext(pace, now))
        .min(Comparator.naturalOrder())
        .map(delay -> delay.plusMillis(100))
        .orElse(null);
  }

  private static boolean stays(GoDevFleet fleet, GoDevEnvironment left) {
    return fleet.getSpec().prune() == Prune.Orphan || FleetNames.isProtected(left);
  }

  // a pod that is there may be replaced
  private static boolean disturbs(GoDevEnvironment wanted, GoDevEnvironment present) {
    var suspended =
        wanted.getSpec().mode() == Mode.Suspended || present.getSpec().mode() == Mode.Suspended;
    return !suspended && !Objects.equals(wanted.getSpec(), present.getSpec());
  }

  private static int underWay(
      Members members, List<MemberState> disturbed, FleetTemplate target, Pace pace, Instant now) {
    var outdated =
        disturbed.stream().map(MemberState::name).collect(toCollection(LinkedHashSet::new));
    return (int)
        members.listed().stream()
            .filter(state -> !outdated.contains(state.name()))
            .filter(state -> state.template().equals(target.hash()))
            .filter(state -> state.phase(pace, now) == Phase.Updating)
            .count();
  }
}
