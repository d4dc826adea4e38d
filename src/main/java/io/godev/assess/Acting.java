package io.godev.assess;

import io.godev.api.v1alpha1.Reason;
import java.util.Set;

/**
 * Whether somebody has to act before an environment can become ready.
 *
 * <p>The cluster keeps trying in either case; where nobody has to act, trying is enough.
 */
final class Acting {
  private static final Set<String> GOES_ON_BY_ITSELF =
      Set.of(
          Reason.Waiting.name(),
          Reason.NodesUnknown.name(),
          Reason.InProgress.name(),
          // the push is somebody's, but nothing is wrong
          Reason.AwaitingSync.name(),
          Reason.Building.name(),
          Reason.Paused.name(),
          Reason.Unschedulable.name(),
          Reason.VolumePending.name(),
          Reason.PodLost.name(),
          Reason.Evicted.name(),
          Reason.Terminating.name(),
          // the runtime's: whoever told the container to stop, it is started again or its pod ends
          "Stopped",
          Reason.NotAnswering.name());

  private Acting() {}

  static boolean isForSomebody(String reason) {
    return !GOES_ON_BY_ITSELF.contains(reason);
  }
}
