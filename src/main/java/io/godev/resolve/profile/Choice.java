package io.godev.resolve.profile;

import io.godev.api.v1alpha1.GoDevProfile;

/** Which profile an environment goes by. */
public sealed interface Choice {

  /** This one. */
  record Chosen(GoDevProfile profile) implements Choice {}

  /** None: the built-in defaults, and no limits. */
  record None() implements Choice {}

  /** One that it cannot go by. */
  record Refused(Refusal refusal) implements Choice {}
}
