package io.godev.plan;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.godev.resolve.ResolvedEnvironment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is to be done with the pod of an environment: its change classes, as a function. */
public sealed interface PodDecision {

  /** There is none, and one is wanted. */
  record Create(Pod pod) implements PodDecision {}

  /** It is removed; where one is wanted, the next is created once this one is gone. */
  record Remove(Pod pod, String why) implements PodDecision {}

  /** Its requests and limits are changed while it runs. */
  record Resize(Pod pod, ResourceRequirements resources, List<String> pending)
      implements PodDecision {}

  /**
   * The pod stays and is told something: what it was made from, or what is asked of its runtime.
   */
  record Annotate(Pod pod, Map<String, String> annotations, List<String> pending)
      implements PodDecision {}

  /** It stays; {@code pending} lists what a restart would change. */
  record Keep(List<String> pending) implements PodDecision {}

  /** Nothing can be done before {@code delay} has passed or, if it is null, something happens. */
  record Wait(Duration delay) implements PodDecision {}

  /** How long a failed pod is left, so that a node that refuses pods is not flooded. */
  Duration REPLACEMENT_DELAY = Duration.ofSeconds(10);

  /**
   * Decides.
   *
   * @param plan what is wanted
   * @param pod what is there, or null
   * @param now for the delay after a failed pod
   */
  static PodDecision of(EnvironmentPlan plan, Pod pod, Instant now) {
    var environment = plan.environment();
    if (pod == null) {
      return environment.isSuspended() ? new Keep(List.of()) : new Create(plan.pod());
    }
    if (pod.getMetadata().getDeletionTimestamp() != null
        || Names.isOfPredecessor(environment, pod)) {
      return new Wait(null);
    }
    if (environment.isSuspended()) {
      return new Remove(pod, "the environment is suspended");
    }
    if (isFailed(pod)) {
      var age = Duration.between(Instant.parse(pod.getMetadata().getCreationTimestamp()), now);
      return age.compareTo(REPLACEMENT_DELAY) < 0
          ? new Wait(REPLACEMENT_DELAY.minus(age))
          : new Remove(pod, "it failed");
    }
    return ofLive(plan, pod);
  }

  private static PodDecision ofLive(EnvironmentPlan plan, Pod pod) {
    var request = plan.environment().restartRequest();
    if (!request.isEmpty()
        && !request.equals(annotation(pod, ResolvedEnvironment.RESTART_ANNOTATION))) {
      return new Remove(pod, "a restart was asked for by annotation");
    }
    var sameSpec = sameAnnotation(pod, plan.pod(), PodHashes.WRITTEN);
    var samePod = sameAnnotation(pod, plan.pod(), PodHashes.POD);
    if (!sameSpec && !samePod) {
      return new Remove(pod, "its spec changed");
    }
    var pending =
        samePod ? PodDifference.inWhatTheHashLeavesOut(pod, plan.pod()) : waiting(pod, plan);
    var news = news(pod, plan.pod());
    if (!news.isEmpty()) {
      return new Annotate(pod, news, pending);
    }
    var running = PodResources.ofProgram(pod);
    var wanted = PodResources.ofProgram(plan.pod());
    if (PodResources.same(running, wanted)) {
      return new Keep(pending);
    }
    if (!hasStarted(pod)) {
      // init containers are not resized, and it is them that the scheduler or the build waits for
      return new Remove(pod, "its resources changed before the program started");
    }
    if (PodResources.changesQosClass(running, wanted)) {
      return new Keep(
          Stream.concat(
                  pending.stream(),
                  Stream.of(
                      "spec.resources: the pod's QoS class would change, which needs a new pod"))
              .toList());
    }
    return new Resize(pod, wanted, pending);
  }

  // a pod of an earlier operator has nobody who reads what is asked of the runtime
  private static Map<String, String> news(Pod pod, Pod planned) {
    var told =
        annotation(pod, EnvironmentPod.REPORT_AUTHORITY).isEmpty()
            ? Stream.of(PodHashes.WRITTEN)
            : Stream.of(
                PodHashes.WRITTEN,
                ResolvedEnvironment.DEBUG_ANNOTATION,
                EnvironmentPod.IDLE_MINUTES,
                EnvironmentPod.REPORT_AUTHORITY);
    return told.filter(name -> !sameAnnotation(pod, planned, name))
        .collect(Collectors.toMap(name -> name, name -> annotation(planned, name)));
  }

  private static List<String> waiting(Pod pod, EnvironmentPlan plan) {
    var differences = PodDifference.between(pod, plan.pod());
    return differences.isEmpty() ? List.of("the pod's own settings") : differences;
  }

  private static boolean hasStarted(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getContainerStatuses().stream()
            .anyMatch(
                status ->
                    status.getName().equals(EnvironmentPod.DEV)
                        && (status.getRestartCount() > 0
                            || status.getState() != null
                                && status.getState().getWaiting() == null));
  }

  /** Whether the pod is over without having done what it was for. */
  static boolean isFailed(Pod pod) {
    return pod.getStatus() != null && "Failed".equals(pod.getStatus().getPhase());
  }

  private static boolean sameAnnotation(Pod one, Pod other, String name) {
    return annotation(one, name).equals(annotation(other, name));
  }

  private static String annotation(Pod pod, String name) {
    var annotations = pod.getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault(name, "");
  }
}
