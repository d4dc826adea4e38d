package io.godev.cli.environment;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.plan.Environments;
import java.util.List;

/** The environment shop and its pod, as tests need them. */
public final class Shop {
  private Shop() {}

  /** With a spec and a status in YAML; without a status where that is empty. */
  public static GoDevEnvironment environment(String spec, String status) {
    var environment = Environments.environment(spec);
    environment.getMetadata().setCreationTimestamp("2026-01-01T11:00:00Z");
    if (!status.isEmpty()) {
      environment.setStatus(
          new KubernetesSerialization().unmarshal(status, GoDevEnvironmentStatus.class));
    }
    return environment;
  }

  /** Its pod, whose program runs. */
  public static Pod runningPod() {
    return pod(List.of(ended("source", 0), ended("build", 0)), running("dev"));
  }

  static Pod pod(List<ContainerStatus> steps, ContainerStatus... program) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("shop")
        .withNamespace("team")
        .withUid("pod-1")
        .endMetadata()
        .withNewSpec()
        .addNewInitContainer()
        .withName("source")
        .endInitContainer()
        .addNewInitContainer()
        .withName("build")
        .endInitContainer()
        .addNewContainer()
        .withName("dev")
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withInitContainerStatuses(steps)
        .withContainerStatuses(program)
        .endStatus()
        .build();
  }

  static ContainerStatus running(String name) {
    return new ContainerStatusBuilder()
        .withName(name)
        .withContainerID(name + "-1")
        .withNewState()
        .withNewRunning("2026-01-01T11:01:00Z")
        .endState()
        .build();
  }

  static ContainerStatus ended(String name, int code) {
    return new ContainerStatusBuilder()
        .withName(name)
        .withContainerID(name + "-1")
        .withNewState()
        .withNewTerminated()
        .withExitCode(code)
        .endTerminated()
        .endState()
        .build();
  }

  static ContainerStatus waiting(String name) {
    return new ContainerStatusBuilder()
        .withName(name)
        .withNewState()
        .withNewWaiting("", "PodInitializing")
        .endState()
        .build();
  }
}
