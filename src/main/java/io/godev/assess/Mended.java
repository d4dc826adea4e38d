package io.godev.assess;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.godev.plan.EnvironmentPod;
import java.time.Instant;
import java.util.Optional;

/**
 * A failure of the first build that a later build has mended, read from the pod alone: the reports
 * of it may have no way to the operator, such as past a NetworkPolicy.
 */
final class Mended {
  private Mended() {}

  /**
   * When the pod showed that the failure of that init container is over; empty if it did not, or if
   * there was none.
   */
  static Optional<Instant> at(Pod pod, PodSteps steps, String container) {
    return steps.of(container) instanceof Step.Failed failed
            && steps.of(EnvironmentPod.DEV) instanceof Step.Running
            && isAsked(pod)
        ? steps
            .condition("Ready")
            .map(PodCondition::getLastTransitionTime)
            .map(Instant::parse)
            // The pod is not ready until the program answers, and there is no program until it
            // builds. So a turn after the failure is the one to True, or one back from there.
            .filter(turned -> turned.isAfter(failed.at()))
        : Optional.empty();
  }

  // without a probe a pod is ready as soon as the container runs, program or not
  private static boolean isAsked(Pod pod) {
    return pod.getSpec().getContainers().stream()
        .filter(container -> container.getName().equals(EnvironmentPod.DEV))
        .map(Container::getReadinessProbe)
        .anyMatch(probe -> probe != null);
  }
}
