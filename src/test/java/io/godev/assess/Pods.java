package io.godev.assess;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.godev.plan.Environments;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pods as the kubelet shows them; each step takes its place in a minute that ends at {@link #NOW}.
 */
final class Pods {
  static final Instant NOW = Instant.parse("2026-01-01T12:01:00Z");
  static final Instant CREATED = NOW.minusSeconds(60);
  private static final List<String> STEPS = List.of("runtime", "source", "modules", "build", "dev");

  private final Map<String, ContainerStatus> containers = new LinkedHashMap<>();
  private final PodBuilder pod =
      new PodBuilder(Environments.plan("run: {ports: [{name: http, containerPort: 8080}]}").pod())
          .editMetadata()
          .withCreationTimestamp(CREATED.toString())
          .endMetadata()
          .withNewStatus()
          .withPhase("Pending")
          .endStatus();

  static Pods pod() {
    return new Pods();
  }

  /** Every step before that one is done. */
  static Pods until(String container) {
    var pods = new Pods().scheduled();
    STEPS.subList(0, STEPS.indexOf(container)).forEach(pods::done);
    return pods;
  }

  /** The program runs. */
  static Pods started() {
    return until("dev").running("dev");
  }

  Pods scheduled() {
    return condition("PodScheduled", "True", null, CREATED.plusSeconds(1));
  }

  Pods unschedulable(String message) {
    return condition("PodScheduled", "False", message, CREATED.plusSeconds(1));
  }

  Pods ready(boolean ready) {
    return condition("Ready", ready ? "True" : "False", null, NOW);
  }

  Pods readyAfter(int seconds) {
    return condition("Ready", "True", null, CREATED.plusSeconds(seconds));
  }

  Pods disrupted(String reason, String message) {
    pod.editStatus()
        .addNewCondition()
        .withType("DisruptionTarget")
        .withStatus("True")
        .withReason(reason)
        .withMessage(message)
        .endCondition()
        .endStatus();
    return this;
  }

  Pods phase(String phase, String reason) {
    pod.editStatus().withPhase(phase).withReason(reason).endStatus();
    return this;
  }

  Pods deleted() {
    pod.editMetadata().withDeletionTimestamp(NOW.toString()).endMetadata();
    return this;
  }

  Pods done(String container) {
    return ended(
        container,
        "{\"phase\":\"%s\",\"result\":\"Succeeded\",\"seconds\":2.5}".formatted(container));
  }

  Pods ended(String container, String message) {
    return status(container, terminated(0, "Completed", message), null);
  }

  /** The step is done; the times are seconds since the pod was created. */
  Pods ended(String container, int started, int finished, String message) {
    return status(
        container,
        new ContainerStateBuilder()
            .withNewTerminated()
            .withExitCode(0)
            .withReason("Completed")
            .withMessage(message)
            .withStartedAt(CREATED.plusSeconds(started).toString())
            .withFinishedAt(CREATED.plusSeconds(finished).toString())
            .endTerminated(),
        null);
  }

  Pods running(String container) {
    return running(container, 60);
  }

  /** The step runs since so many seconds after the pod was created. */
  Pods running(String container, int started) {
    return status(
        container,
        new ContainerStateBuilder().withNewRunning(CREATED.plusSeconds(started).toString()),
        null);
  }

  Pods waiting(String container, String reason, String message) {
    return status(container, new ContainerStateBuilder().withNewWaiting(message, reason), null);
  }

  Pods failed(String container, int exitCode, String reason, String message) {
    return status(container, terminated(exitCode, reason, message), null);
  }

  Pods failedAndWaiting(String container, int exitCode, String message) {
    return status(
        container,
        new ContainerStateBuilder().withNewWaiting("back-off", "CrashLoopBackOff"),
        terminated(exitCode, "Error", message));
  }

  Pods failedAndRunning(String container, int exitCode, String message) {
    return status(
        container,
        new ContainerStateBuilder().withNewRunning(NOW.toString()),
        terminated(exitCode, "Error", message));
  }

  Pod build() {
    return pod.editStatus()
        .withInitContainerStatuses(
            containers.values().stream().filter(c -> !c.getName().equals("dev")).toList())
        .withContainerStatuses(
            containers.values().stream().filter(c -> c.getName().equals("dev")).toList())
        .endStatus()
        .build();
  }

  Pods condition(String type, String status, String message, Instant since) {
    pod.editStatus()
        .removeMatchingFromConditions(condition -> condition.getType().equals(type))
        .addToConditions(
            new PodConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withMessage(message)
                .withLastTransitionTime(since.toString())
                .build())
        .endStatus();
    return this;
  }

  private Pods status(String container, ContainerStateBuilder state, ContainerStateBuilder last) {
    containers.put(
        container,
        new ContainerStatusBuilder()
            .withName(container)
            .withImage("golang:1.26-bookworm")
            .withState(state.build())
            .withLastState(last == null ? null : last.build())
            .build());
    return this;
  }

  private static ContainerStateBuilder terminated(int exitCode, String reason, String message) {
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withExitCode(exitCode)
        .withReason(reason)
        .withMessage(message)
        .withStartedAt(NOW.minusSeconds(10).toString())
        .withFinishedAt(NOW.toString())
        .endTerminated();
  }
}
