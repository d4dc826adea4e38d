package io.godev.assess;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.godev.api.v1alpha1.Reason;
import io.godev.plan.EnvironmentPod;
import io.godev.plan.HostVolume;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The steps of a pod, read from its status alone. */
final class PodSteps {
  // the runtime starts a program that crashes three times within a few seconds before it gives up
  private static final Duration PROOF = Duration.ofSeconds(15);

  private final Pod pod;
  private final List<PersistentVolumeClaim> claims;
  private final Optional<String> hostFolder;
  private final Instant now;

  /** The steps of the pod that is seen. */
  PodSteps(Observation seen, Instant now) {
    this.pod = seen.pod();
    this.claims = seen.objects(PersistentVolumeClaim.class);
    this.hostFolder =
        seen.objects(PersistentVolume.class).stream()
            .filter(HostVolume::is)
            .map(volume -> volume.getSpec().getHostPath().getPath())
            .findFirst();
    this.now = now;
  }

  /** The step of a container. */
  Step of(String container) {
    return status(container).map(this::step).orElseGet(this::beforeTheFirstContainer);
  }

  /** The status of one of the pod's conditions, such as {@code Ready}. */
  Optional<PodCondition> condition(String type) {
    return pod.getStatus() == null
        ? Optional.empty()
        : pod.getStatus().getConditions().stream()
            .filter(condition -> condition.getType().equals(type))
            .findFirst();
  }

  /** When the pod last came a step further. */
  Instant lastProgress() {
    var created = Instant.parse(pod.getMetadata().getCreationTimestamp());
    return statuses()
        .map(ContainerStatus::getState)
        .flatMap(PodSteps::times)
        .max(Comparator.naturalOrder())
        .filter(time -> time.isAfter(created))
        .orElse(created);
  }

  /** When time alone changes what is to be said; empty if it does not. */
  Optional<Instant> turn() {
    var started = programStarted();
    var proven =
        status(EnvironmentPod.DEV).filter(status -> isUnproven(status, now)).flatMap(s -> started);
    return Stream.of(
            proven.map(time -> time.plus(PROOF)),
            started.filter(time -> !isReady()).map(time -> time.plus(Patience.ANSWERING)),
            mountingSince().map(time -> time.plus(Patience.MOUNTING)),
            unscheduledSince().map(time -> time.plus(Patience.SCHEDULING)),
            unscheduledSince().map(time -> time.plus(Patience.PROVISIONING)))
        .flatMap(Optional::stream)
        .filter(time -> !time.isBefore(now))
        .min(Comparator.naturalOrder());
  }

  /** Whether the kubelet calls the pod ready. */
  boolean isReady() {
    return condition("Ready").filter(ready -> "True".equals(ready.getStatus())).isPresent();
  }

  /** When the program's container was started; empty if it does not run. */
  Optional<Instant> programStarted() {
    return status(EnvironmentPod.DEV)
        .map(ContainerStatus::getState)
        .map(ContainerState::getRunning)
        .map(running -> Instant.parse(running.getStartedAt()));
  }

  // empty for a pod that has a node, or whose scheduler gives no time
  private Optional<Instant> unscheduledSince() {
    return condition("PodScheduled")
        .filter(scheduled -> "False".equals(scheduled.getStatus()))
        .map(PodCondition::getLastTransitionTime)
        .map(Instant::parse);
  }

  // empty for a pod that needs no folder of the node, or has started
  private Optional<Instant> mountingSince() {
    return condition("PodScheduled")
        .filter(scheduled -> "True".equals(scheduled.getStatus()))
        .filter(scheduled -> hostFolder.isPresent())
        .filter(scheduled -> statuses().map(ContainerStatus::getState).noneMatch(PodSteps::began))
        .map(PodCondition::getLastTransitionTime)
        .map(Instant::parse);
  }

  private static boolean began(ContainerState state) {
    return state != null && (state.getRunning() != null || state.getTerminated() != null);
  }

  private static boolean isUnproven(ContainerStatus status, Instant now) {
    return status.getState() != null
        && status.getState().getRunning() != null
        && status.getLastState() != null
        && status.getLastState().getTerminated() != null
        && status.getLastState().getTerminated().getExitCode() != 0
        && now.isBefore(Instant.parse(status.getState().getRunning().getStartedAt()).plus(PROOF));
  }

  private static Stream<Instant> times(ContainerState state) {
    if (state == null) {
      return Stream.empty();
    }
    return Stream.of(
            state.getRunning() == null ? null : state.getRunning().getStartedAt(),
            state.getTerminated() == null ? null : state.getTerminated().getFinishedAt())
        .filter(time -> time != null)
        .map(Instant::parse);
  }

  private Step step(ContainerStatus status) {
    var state = status.getState();
    if (state != null && state.getTerminated() != null) {
      return ended(status, state.getTerminated());
    }
    var last = status.getLastState() == null ? null : status.getLastState().getTerminated();
    var running = state != null && state.getRunning() != null;
    if (last != null && isStillFailed(status, state)) {
      return ended(status, last);
    }
    if (running) {
      return new Step.Running(Instant.parse(state.getRunning().getStartedAt()));
    }
    return state == null || state.getWaiting() == null
        ? beforeTheFirstContainer()
        : waiting(status, state.getWaiting());
  }

  /**
   * Whether how the container ended last time still says how it is: it waits for its next try, it
   * is an init container whose next try is not done, or a program that has not held out for a
   * while, because else a crash loop would look well every other moment.
   */
  private boolean isStillFailed(ContainerStatus status, ContainerState state) {
    if (state != null && state.getRunning() != null) {
      return isInitContainer(status) || isUnproven(status, now);
    }
    return state != null
        && state.getWaiting() != null
        && "CrashLoopBackOff".equals(state.getWaiting().getReason());
  }

  private Step ended(ContainerStatus status, ContainerStateTerminated terminated) {
    var message = TerminationMessage.parse(terminated.getMessage());
    if (terminated.getExitCode() == 0 && !hasGoneOn(status, message)) {
      return new Step.Succeeded(
          time(terminated.getStartedAt()), time(terminated.getFinishedAt()), message);
    }
    return Failures.of(
        pod, status.getName(), terminated, message, time(terminated.getFinishedAt()));
  }

  // the program's container tries again when the source changes
  private static boolean hasGoneOn(ContainerStatus status, TerminationMessage message) {
    return message.reason() != null
        && List.of(EnvironmentPod.MODULES, EnvironmentPod.BUILD).contains(status.getName());
  }

  // the kubelet gives a container that never started, in a pod that ends, no times
  private Instant time(String text) {
    return Instant.parse(text == null ? pod.getMetadata().getCreationTimestamp() : text);
  }

  private Step waiting(ContainerStatus status, ContainerStateWaiting waiting) {
    var detail = waiting.getMessage() == null ? waiting.getReason() : waiting.getMessage();
    return switch (waiting.getReason() == null ? "" : waiting.getReason()) {
      // https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/kubelet/images/types.go
      case "ErrImagePull",
          "ImagePullBackOff",
          "InvalidImageName",
          "ErrImageNeverPull",
          "ImageInspectError",
          "RegistryUnavailable",
          "SignatureValidationFailed" ->
          new Step.Waiting(
              Reason.ImagePullFailed,
              "The image "
                  + status.getImage()
                  + " cannot be pulled: "
                  + detail
                  + (status.getName().equals(EnvironmentPod.RUNTIME)
                      ? ". It is the operator's own: whoever installed it sets GODEV_RUNTIME_IMAGE."
                      : ". Check spec.go.version or spec.go.image, and that the node reaches the registry."));
      case "CreateContainerConfigError", "CreateContainerError", "RunContainerError" ->
          new Step.Waiting(
              Reason.ContainerConfigInvalid,
              "The container "
                  + status.getName()
                  + " cannot be made: "
                  + detail
                  + ". Check that the Secrets and ConfigMaps which spec.run.env names exist.");
      default -> beforeTheFirstContainer();
    };
  }

  private Step beforeTheFirstContainer() {
    var scheduled = condition("PodScheduled");
    var refused = scheduled.filter(condition -> "False".equals(condition.getStatus()));
    if (scheduled.isEmpty() || refused.isPresent() && isWithin(Patience.SCHEDULING)) {
      return new Step.Waiting(Reason.Waiting, "The pod waits for a node.");
    }
    if (mountingSince().filter(time -> !now.isBefore(time.plus(Patience.MOUNTING))).isPresent()) {
      return new Step.Waiting(
          Reason.HostPathUnavailable,
          "spec.source.hostPath.path: the node does not show the folder "
              + hostFolder.get()
              + ". Check that it is there and is a folder (kubectl describe pod "
              + pod.getMetadata().getName()
              + " has the node's words), or use spec.source.sync with \"godev sync\" in a new"
              + " GoDevEnvironment.");
    }
    if (refused.isEmpty()) {
      return new Step.Waiting(
          Reason.Waiting, "The pod waits for its volumes, its network and its images.");
    }
    var volumes = Volumes.inTheWay(refused.get().getMessage(), pod, claims);
    if (volumes == null) {
      return new Step.Waiting(
          Reason.Unschedulable,
          "No node takes the pod yet: "
              + Objects.requireNonNullElse(
                  refused.get().getMessage(), "the scheduler gives no reason.")
              + " The scheduler keeps trying; lower spec.resources.requests if no node is that large.");
    }
    return volumes.reason() == Reason.VolumePending && isWithin(Patience.PROVISIONING)
        ? new Step.Waiting(Reason.Waiting, "The pod waits for its volumes.")
        : volumes;
  }

  // whether the scheduler has not been refusing the pod for longer than that
  private boolean isWithin(Duration patience) {
    return unscheduledSince().filter(since -> now.isBefore(since.plus(patience))).isPresent();
  }

  private boolean isInitContainer(ContainerStatus status) {
    return pod.getStatus().getInitContainerStatuses().stream()
        .anyMatch(other -> other.getName().equals(status.getName()));
  }

  private Optional<ContainerStatus> status(String container) {
    return statuses().filter(status -> status.getName().equals(container)).findFirst();
  }

  private Stream<ContainerStatus> statuses() {
    return pod.getStatus() == null
        ? Stream.empty()
        : Stream.concat(
            pod.getStatus().getInitContainerStatuses().stream(),
            pod.getStatus().getContainerStatuses().stream());
  }
}
