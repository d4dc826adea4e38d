package io.godev.resolve;

import io.godev.api.v1alpha1.GoDevEnvironmentSpec;

/** Why an environment has no pod. */
public enum Suspension {
  /** It has one. */
  None,
  /** spec.mode says so. */
  Asked,
  /** Nobody worked in it for the time of spec.idle. */
  Idle,
  /** The time of spec.expiry is over. */
  Expired;

  static Suspension of(GoDevEnvironmentSpec.Mode mode) {
    return mode == GoDevEnvironmentSpec.Mode.Suspended ? Asked : None;
  }
}
