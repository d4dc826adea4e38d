package io.godev.cli.environment;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.godev.plan.EnvironmentPod;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The container whose log matters: the program's, or as long as that has not been started, the step
 * that is at work or has failed.
 *
 * @param container its name
 * @param run which of its runs: another one has another log
 * @param live whether it still runs
 */
record ContainerChoice(String container, String run, boolean live) {

  /** Of a pod; empty while nothing in it has been started. */
  static Optional<ContainerChoice> of(Pod pod) {
    if (pod.getStatus() == null) {
      return Optional.empty();
    }
    var program =
        list(pod.getStatus().getContainerStatuses()).stream()
            .filter(status -> status.getName().equals(EnvironmentPod.DEV))
            .filter(ContainerChoice::hasLog)
            .findFirst();
    return program
        .or(() -> step(list(pod.getStatus().getInitContainerStatuses())))
        .map(status -> of(pod, status));
  }

  /** A container by its name; empty while it has not been started. */
  static Optional<ContainerChoice> of(Pod pod, String container) {
    if (pod.getStatus() == null) {
      return Optional.empty();
    }
    return Stream.concat(
            list(pod.getStatus().getInitContainerStatuses()).stream(),
            list(pod.getStatus().getContainerStatuses()).stream())
        .filter(status -> status.getName().equals(container))
        .filter(ContainerChoice::hasLog)
        .findFirst()
        .map(status -> of(pod, status));
  }

  /** Names of all containers, in the order in which they run. */
  static Stream<String> names(Pod pod) {
    return Stream.concat(
            pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
        .map(Container::getName);
  }

  private static ContainerChoice of(Pod pod, ContainerStatus status) {
    return new ContainerChoice(
        status.getName(),
        pod.getMetadata().getUid() + "/" + status.getContainerID(),
        status.getState() != null && status.getState().getRunning() != null);
  }

  // they run one after the other, so the last one that was started is the one
  private static Optional<ContainerStatus> step(List<ContainerStatus> steps) {
    return steps.stream().filter(ContainerChoice::hasLog).reduce((first, second) -> second);
  }

  private static boolean hasLog(ContainerStatus status) {
    return wasStarted(status.getState()) || wasStarted(status.getLastState());
  }

  private static boolean wasStarted(ContainerState state) {
    return state != null && (state.getRunning() != null || state.getTerminated() != null);
  }

  private static List<ContainerStatus> list(List<ContainerStatus> statuses) {
    return statuses == null ? List.of() : statuses;
  }
}
