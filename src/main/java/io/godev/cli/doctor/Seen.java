package io.godev.cli.doctor;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.VersionInfo;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.Source.Host;
import io.godev.cluster.Distribution;
import io.godev.cluster.NodeFacts;
import io.godev.cluster.Platform;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a cluster shows to this user.
 *
 * @param namespace the user works in
 * @param version of the API server
 * @param definition the OpenAPI document of godev.io/v1alpha1
 * @param operator its Deployment
 * @param operatorPods its pods
 * @param environments those of the namespace
 * @param denied what the user is not allowed of {@link Right#ALL}
 */
record Seen(
    String namespace,
    Answer<VersionInfo> version,
    Answer<List<Node>> nodes,
    Answer<String> definition,
    Answer<Deployment> operator,
    Answer<List<Pod>> operatorPods,
    Answer<List<StorageClass>> storageClasses,
    Answer<List<GoDevEnvironment>> environments,
    Answer<List<Right>> denied) {

  /** As the nodes show it, else as the operator told in an environment; empty without either. */
  Optional<Platform> platform() {
    var facts = nodes.orElse(List.of()).stream().map(NodeFacts::of).toList();
    return facts.isEmpty()
        ? statuses()
            .flatMap(status -> Stream.ofNullable(status.platform()))
            .findFirst()
            .map(this::of)
        : Optional.of(Platform.of(facts));
  }

  private Platform of(GoDevEnvironmentStatus.Platform told) {
    return new Platform(
        Stream.of(Distribution.values())
            .filter(distribution -> distribution.name().equals(told.distribution()))
            .findFirst()
            .orElse(Distribution.Other),
        Objects.requireNonNullElse(told.host(), Host.Auto),
        "",
        Objects.requireNonNullElse(told.kubernetesVersion(), ""),
        Objects.requireNonNullElse(told.containerRuntime(), ""),
        new Quantity("0"));
  }

  /** Statuses of the environments that have one. */
  Stream<GoDevEnvironmentStatus> statuses() {
    return environments.orElse(List.of()).stream()
        .flatMap(environment -> Stream.ofNullable(environment.getStatus()));
  }

  /** Folders of nodes that the operator lets environments show. */
  Answer<List<String>> hostPaths() {
    return operator.either(
        deployment -> new Answer.Known<>(hostPaths(deployment)),
        Answer.Absent::new,
        Answer.Unknown::new);
  }

  private static List<String> hostPaths(Deployment deployment) {
    return deployment.getSpec().getTemplate().getSpec().getContainers().stream()
        .flatMap(container -> container.getEnv().stream())
        .filter(variable -> variable.getName().equals("GODEV_HOST_PATHS"))
        .map(EnvVar::getValue)
        .filter(value -> value != null && !value.isBlank())
        .flatMap(value -> Stream.of(value.split(",")))
        .map(String::strip)
        .toList();
  }
}
