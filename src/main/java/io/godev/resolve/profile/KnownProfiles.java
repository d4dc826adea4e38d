package io.godev.resolve.profile;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.api.v1alpha1.Reason;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The profiles of the cluster.
 *
 * @param all the profiles
 * @param labels of a namespace
 */
public record KnownProfiles(List<GoDevProfile> all, Function<String, Map<String, String>> labels)
    implements Profiles {
  private static final String FIELD = "spec.profile";

  @Override
  public Choice choose(String namespace, GoDevEnvironmentSpec written) {
    return written.profile() == null ? standard(namespace) : named(namespace, written.profile());
  }

  /** Whether the environment goes by the profile. */
  public boolean isUsed(GoDevProfile profile, GoDevEnvironment environment) {
    return environment.getSpec() != null
        && choose(environment.getMetadata().getNamespace(), environment.getSpec())
            instanceof Choice.Chosen chosen
        && name(chosen.profile()).equals(name(profile));
  }

  private Choice standard(String namespace) {
    return all.stream()
        .filter(KnownProfiles::isDefault)
        .filter(isFor(namespace))
        .min(Comparator.comparing(KnownProfiles::name))
        .<Choice>map(Choice.Chosen::new)
        .orElseGet(Choice.None::new);
  }

  private Choice named(String namespace, String name) {
    return all.stream()
        .filter(profile -> name(profile).equals(name))
        .findFirst()
        .<Choice>map(
            profile ->
                isFor(namespace).test(profile)
                    ? new Choice.Chosen(profile)
                    : refused(
                        "the profile "
                            + name
                            + " is not for this namespace: its spec.namespaces selects others by their"
                            + " labels."
                            + offered(namespace)))
        .orElseGet(() -> refused("there is no GoDevProfile " + name + "." + offered(namespace)));
  }

  private static Choice refused(String problem) {
    return new Choice.Refused(new Refusal(Reason.ProfileNotFound, FIELD, problem));
  }

  private String offered(String namespace) {
    var names =
        Stream.of(all).flatMap(List::stream).filter(isFor(namespace)).map(KnownProfiles::name);
    var list = String.join(", ", names.sorted().toList());
    return list.isEmpty()
        ? " There is none for it; leave the field out for the built-in defaults"
        : " For this namespace there are: " + list;
  }

  private Predicate<GoDevProfile> isFor(String namespace) {
    return profile ->
        profile.getSpec() == null
            || Namespaces.match(profile.getSpec().namespaces(), labels.apply(namespace));
  }

  private static boolean isDefault(GoDevProfile profile) {
    return profile.getSpec() != null && Boolean.TRUE.equals(profile.getSpec().isDefault());
  }

  private static String name(GoDevProfile profile) {
    return profile.getMetadata().getName();
  }
}
