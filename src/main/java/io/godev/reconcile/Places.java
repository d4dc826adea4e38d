package io.godev.reconcile;

import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.Reason;
import io.godev.resolve.ResolvedEnvironment;
import io.godev.resolve.Violation;
import io.godev.resolve.profile.AppliedProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which environments count towards the numbers that profiles limit.
 *
 * <p>Who has a place keeps it. Two passes at once cannot take the same one: what was given is
 * remembered here until the status tells, and after a start of the operator the statuses tell.
 */
final class Places {

  /** A place of an environment. */
  private record Place(String profile, String namespace, boolean runs) {}

  private final Map<String, Place> given = new HashMap<>();

  /**
   * Takes a place for the environment, or says why there is none.
   *
   * @param everyone every environment, this one too; asked for only where a number is limited
   */
  synchronized Optional<Violation> take(
      ResolvedEnvironment environment, Supplier<List<GoDevEnvironment>> everyone) {
    var profile = environment.profile();
    if (profile.environmentsPerNamespace() == null && profile.running() == null) {
      given.remove(environment.uid());
      return Optional.empty();
    }
    var wanted = new Place(profile.name(), environment.namespace(), !environment.isSuspended());
    var all = everyone.get();
    given.keySet().retainAll(uids(all));
    var own = all.stream().filter(one -> uid(one).equals(environment.uid())).findFirst();
    var had = own.flatMap(this::place).filter(place -> isSame(place, wanted));
    var others =
        all.stream()
            .filter(one -> !uid(one).equals(environment.uid()))
            .map(this::place)
            .flatMap(Optional::stream)
            .filter(place -> place.profile().equals(wanted.profile()))
            .toList();
    var obstacle =
        Stream.of(
                had.isPresent() ? Optional.<Violation>empty() : crowded(wanted, profile, others),
                !wanted.runs() || had.filter(Place::runs).isPresent()
                    ? Optional.<Violation>empty()
                    : busy(profile, others))
            .flatMap(Optional::stream)
            .findFirst();
    if (obstacle.isEmpty()) {
      given.put(environment.uid(), wanted);
    }
    return obstacle;
  }

  private static boolean isSame(Place one, Place other) {
    return one.profile().equals(other.profile()) && one.namespace().equals(other.namespace());
  }

  private static Optional<Violation> crowded(
      Place wanted, AppliedProfile profile, List<Place> others) {
    var most = profile.environmentsPerNamespace();
    var there =
        others.stream().filter(place -> place.namespace().equals(wanted.namespace())).count();
    return most == null || there < most
        ? Optional.empty()
        : Optional.of(
            new Violation(
                Reason.TooManyEnvironments,
                "spec.profile",
                "the profile %s allows %d environments in a namespace, and there are %d others; delete one of them"
                    .formatted(profile.name(), most, there)));
  }

  private static Optional<Violation> busy(AppliedProfile profile, List<Place> others) {
    var most = profile.running();
    var running = others.stream().filter(Place::runs).count();
    return most == null || running < most
        ? Optional.empty()
        : Optional.of(
            new Violation(
                Reason.TooManyRunning,
                "spec.profile",
                "the profile %s lets %d environments run at once, and %d do; it starts when one of them is"
                        .formatted(profile.name(), most, running)
                    + " suspended or deleted"));
  }

  private Optional<Place> place(GoDevEnvironment environment) {
    var known = given.get(uid(environment));
    return known != null ? Optional.of(known) : told(environment);
  }

  private static Optional<Place> told(GoDevEnvironment environment) {
    var status = environment.getStatus();
    if (status == null || status.profile() == null || status.acceptedSpec() == null) {
      return Optional.empty();
    }
    var running = status.condition(ConditionType.Running);
    return Optional.of(
        new Place(
            status.profile(),
            environment.getMetadata().getNamespace(),
            running != null && !Reason.isSuspension(running.reason())));
  }

  private static Set<String> uids(List<GoDevEnvironment> all) {
    return all.stream().map(Places::uid).collect(Collectors.toSet());
  }

  private static String uid(GoDevEnvironment environment) {
    return environment.getMetadata().getUid();
  }
}
