package io.godev.cli.doctor;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.VersionInfo;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.plan.Environments;
import java.util.List;

/** What a check sees: a Docker Desktop where all is well, but for what a test changes. */
final class Sight {
  static final String FORBIDDEN =
      "nodes is forbidden: User \"alice\" cannot list resource \"nodes\" in API group \"\" at the cluster scope";
  static final String WSL2 = "6.6.87.2-microsoft-standard-WSL2";
  static final String LINUXKIT = "6.12.54-linuxkit";

  Answer<VersionInfo> version = new Answer.Known<>(version("v1.34.1"));
  Answer<List<Node>> nodes = new Answer.Known<>(List.of(dockerDesktop(WSL2, "8Gi")));
  Answer<String> definition = new Answer.Absent<>();
  Answer<Deployment> operator = new Answer.Known<>(operator(1, 1, ""));
  Answer<List<Pod>> operatorPods = new Answer.Known<>(List.of());
  Answer<List<StorageClass>> storageClasses =
      new Answer.Known<>(List.of(storageClass("hostpath", true, null)));
  Answer<List<GoDevEnvironment>> environments = new Answer.Known<>(List.of());
  Answer<List<Right>> denied = new Answer.Known<>(List.of());

  static <T> Answer<T> forbidden() {
    return new Answer.Unknown<>(FORBIDDEN);
  }

  Seen seen() {
    return new Seen(
        "team",
        version,
        nodes,
        definition,
        operator,
        operatorPods,
        storageClasses,
        environments,
        denied);
  }

  /** The only finding of a check. */
  Finding of(Check check) {
    var findings = check.check(seen()).toList();
    if (findings.size() != 1) {
      throw new AssertionError(findings);
    }
    return findings.get(0);
  }

  Sight with(Node... those) {
    nodes = new Answer.Known<>(List.of(those));
    return this;
  }

  Sight with(GoDevEnvironment... those) {
    environments = new Answer.Known<>(List.of(those));
    return this;
  }

  static VersionInfo version(String version) {
    return new VersionInfo.Builder().withGitVersion(version).build();
  }

  static Node dockerDesktop(String kernel, String memory) {
    return node("docker-desktop", "Docker Desktop", kernel, "docker://29.0.1", memory);
  }

  static Node dockerDesktopKind() {
    return node(
        "desktop-control-plane",
        "Debian GNU/Linux 12 (bookworm)",
        WSL2,
        "containerd://2.1.3",
        "8Gi");
  }

  static Node node(String name, String os, String kernel, String runtime, String memory) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewStatus()
        .addToAllocatable("memory", new Quantity(memory))
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .endCondition()
        .withNewNodeInfo()
        .withOsImage(os)
        .withKernelVersion(kernel)
        .withContainerRuntimeVersion(runtime)
        .withKubeletVersion("v1.34.1")
        .endNodeInfo()
        .endStatus()
        .build();
  }

  static StorageClass storageClass(String name, boolean isDefault, Boolean expands) {
    return new StorageClassBuilder()
        .withNewMetadata()
        .withName(name)
        .addToAnnotations("storageclass.kubernetes.io/is-default-class", String.valueOf(isDefault))
        .endMetadata()
        .withProvisioner("docker.io/hostpath")
        .withAllowVolumeExpansion(expands)
        .build();
  }

  /** The operator; {@code hostPaths} as GODEV_HOST_PATHS, unless empty. */
  static Deployment operator(int replicas, int available, String hostPaths) {
    var deployment =
        new DeploymentBuilder()
            .withNewMetadata()
            .withName("godev-operator")
            .withNamespace("godev-system")
            .endMetadata()
            .withNewSpec()
            .withReplicas(replicas)
            .withNewSelector()
            .addToMatchLabels("app.kubernetes.io/component", "operator")
            .endSelector()
            .withNewTemplate()
            .withNewSpec()
            .addNewContainer()
            .withName("operator")
            .withImage("registry.example/godev-operator:1")
            .endContainer()
            .endSpec()
            .endTemplate()
            .endSpec()
            .withNewStatus()
            .withAvailableReplicas(available == 0 ? null : available)
            .endStatus()
            .build();
    if (!hostPaths.isEmpty()) {
      deployment
          .getSpec()
          .getTemplate()
          .getSpec()
          .getContainers()
          .get(0)
          .getEnv()
          .add(new EnvVar("GODEV_HOST_PATHS", hostPaths, null));
    }
    return deployment;
  }

  /** An environment with a status, both in YAML; created long ago. */
  static GoDevEnvironment environment(String name, String spec, String status) {
    var environment = Environments.environment(spec);
    environment.getMetadata().setName(name);
    environment.getMetadata().setCreationTimestamp("2026-01-01T11:00:00Z");
    if (!status.isEmpty()) {
      environment.setStatus(
          new KubernetesSerialization().unmarshal(status, GoDevEnvironmentStatus.class));
    }
    return environment;
  }
}
