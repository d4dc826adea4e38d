package io.godev.plan.fleet;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevFleetSpec;
import io.godev.api.v1alpha1.GoDevFleetSpec.Member;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The members of a fleet, and the environments that are there.
 *
 * @param listed in the order of the list
 * @param unlisted environments of the fleet whose members are listed no more
 * @param leaving names of environments that are going away, and keep their name until then
 */
public record Members(
    List<MemberState> listed, List<GoDevEnvironment> unlisted, Set<String> leaving) {

  /** Sorts what the fleet made. */
  public static Members of(GoDevFleet fleet, Collection<GoDevEnvironment> environments) {
    var own =
        environments.stream()
            .filter(environment -> FleetNames.isOf(fleet.getMetadata().getName(), environment))
            .toList();
    var leaving =
        own.stream()
            .filter(
                environment ->
                    environment.getMetadata().getDeletionTimestamp() != null
                        || FleetNames.isControlledByAnother(fleet, environment))
            .map(Members::name)
            .collect(Collectors.toSet());
    var there =
        own.stream()
            .filter(environment -> !leaving.contains(name(environment)))
            .collect(Collectors.toMap(Members::name, Function.identity(), (one, other) -> one));
    var listed =
        listed(fleet.getSpec()).stream()
            .map(
                member ->
                    new MemberState(
                        member,
                        there.remove(
                            FleetNames.environment(fleet.getMetadata().getName(), member.name()))))
            .toList();
    return new Members(
        listed,
        there.values().stream().sorted(Comparator.comparing(Members::name)).toList(),
        leaving);
  }

  /** The members with what was made of their environments since. */
  public Members with(Collection<GoDevEnvironment> written) {
    var byMember =
        written.stream()
            .collect(
                Collectors.toMap(
                    environment -> FleetNames.labels(environment).get(FleetNames.MEMBER),
                    Function.identity(),
                    (one, other) -> other));
    return new Members(
        listed.stream()
            .map(
                state ->
                    new MemberState(
                        state.member(), byMember.getOrDefault(state.name(), state.environment())))
            .toList(),
        unlisted,
        leaving);
  }

  static List<Member> listed(GoDevFleetSpec spec) {
    return Optional.ofNullable(spec.members()).orElse(List.of());
  }

  private static String name(GoDevEnvironment environment) {
    return environment.getMetadata().getName();
  }
}
