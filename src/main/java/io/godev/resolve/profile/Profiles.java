package io.godev.resolve.profile;

import io.godev.api.v1alpha1.GoDevEnvironmentSpec;

/** Tells which profile an environment goes by. */
@FunctionalInterface
public interface Profiles {

  /** Where nothing is known of profiles: no environment goes by one, whatever it names. */
  Profiles UNKNOWN = (namespace, written) -> new Choice.None();

  /** The profile for a spec in a namespace. */
  Choice choose(String namespace, GoDevEnvironmentSpec written);
}
