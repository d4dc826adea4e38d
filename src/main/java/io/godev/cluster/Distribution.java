package io.godev.cluster;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which Kubernetes a cluster is, as far as its nodes tell.
 *
 * <p>None is told by its kernel alone: a plain kind or minikube on Docker Desktop has the kernel of
 * Docker Desktop's own.
 */
public enum Distribution {
  /** Docker Desktop's Kubernetes, provisioned by kind: its cluster has the name desktop. */
  DockerDesktopKind(
      "Docker Desktop (kind)",
      node ->
          Names.DESKTOP_KIND.matcher(node.name()).matches()
              && node.runtimeVersion().startsWith("containerd://")),
  /** Docker Desktop's Kubernetes, provisioned by kubeadm. */
  DockerDesktopKubeadm(
      "Docker Desktop (kubeadm)",
      node -> node.name().equals("docker-desktop") || node.osImage().equals("Docker Desktop")),
  Kind("kind", node -> node.providerId().startsWith("kind://")),
  Minikube("minikube", node -> node.labels().containsKey("minikube.k8s.io/name")),
  /** On Windows a distribution of WSL, on macOS and Linux a virtual machine of Lima. */
  RancherDesktop(
      "Rancher Desktop",
      node ->
          node.osImage().startsWith("Rancher Desktop")
              || node.name().equals("lima-rancher-desktop")),
  K3s("k3s", node -> node.kubeletVersion().contains("+k3s")),
  Other("a Kubernetes that its nodes do not name", node -> true);

  private final String words;
  private final Predicate<NodeFacts> matches;

  Distribution(String words, Predicate<NodeFacts> matches) {
    this.words = words;
    this.matches = matches;
  }

  /** The distribution of a cluster with these nodes; {@link #Other} without any. */
  static Distribution of(List<NodeFacts> nodes) {
    return Stream.of(values())
        .filter(distribution -> nodes.stream().anyMatch(distribution.matches))
        .findFirst()
        .orElse(Other);
  }

  /** Its name for people. */
  public String words() {
    return words;
  }

  public boolean isDockerDesktop() {
    return this == DockerDesktopKubeadm || this == DockerDesktopKind;
  }

  /** Apart, because an enum's constants come before its own fields. */
  private static final class Names {
    // kind names nodes after the cluster: CLUSTER-control-plane, CLUSTER-worker, CLUSTER-worker2
    static final Pattern DESKTOP_KIND = Pattern.compile("desktop-(control-plane|worker)[0-9]*");
  }
}
