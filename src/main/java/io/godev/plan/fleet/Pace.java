package io.godev.plan.fleet;

import io.godev.api.v1alpha1.GoDevFleetSpec;
import io.godev.api.v1alpha1.GoDevFleetSpec.OnFailure;
import io.godev.api.v1alpha1.GoDevFleetSpec.Rollout;
import java.time.Duration;
import java.util.Optional;

/** {@code spec.rollout} with every default filled in. */
record Pace(int maxUpdating, Duration minReady, Duration failureAfter, OnFailure onFailure) {
  private static final Rollout DEFAULTS = new Rollout(null, null, null, null);

  static Pace of(GoDevFleetSpec spec) {
    var rollout = Optional.ofNullable(spec.rollout()).orElse(DEFAULTS);
    return new Pace(
        maxUpdating(rollout, Members.listed(spec).size()),
        Duration.ofSeconds(Optional.ofNullable(rollout.minReadySeconds()).orElse(10)),
        Duration.ofMinutes(Optional.ofNullable(rollout.failureAfterMinutes()).orElse(10)),
        Optional.ofNullable(rollout.onFailure()).orElse(OnFailure.RollBack));
  }

  private static int maxUpdating(Rollout rollout, int members) {
    if (rollout.maxUpdating() == null) {
      return 1;
    }
    if (rollout.maxUpdating().getIntVal() != null) {
      return rollout.maxUpdating().getIntVal();
    }
    var percent = Integer.parseInt(rollout.maxUpdating().getStrVal().replace("%", ""));
    return Math.max(1, members * percent / 100);
  }
}
