package io.godev.cluster;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Objects;

/**
 * What a node says of itself, each text empty where it says nothing.
 *
 * @param osImage such as {@code Docker Desktop} or {@code Debian GNU/Linux 12 (bookworm)}
 * @param kernelVersion as of {@code uname -r}
 * @param runtimeVersion of the container runtime, such as {@code containerd://2.1.3}
 * @param kubeletVersion such as {@code v1.34.4}
 * @param providerId such as {@code kind://docker/desktop/desktop-control-plane}
 * @param memory what it has for pods; 0 where it says nothing
 */
public record NodeFacts(
    String name,
    String osImage,
    String kernelVersion,
    String runtimeVersion,
    String kubeletVersion,
    String providerId,
    Map<String, String> labels,
    Quantity memory) {

  private static final Quantity NO_MEMORY = new Quantity("0");

  public static NodeFacts of(Node node) {
    var info =
        node.getStatus() == null || node.getStatus().getNodeInfo() == null
            ? new NodeSystemInfo()
            : node.getStatus().getNodeInfo();
    var labels = node.getMetadata().getLabels();
    return new NodeFacts(
        node.getMetadata().getName(),
        text(info.getOsImage()),
        text(info.getKernelVersion()),
        text(info.getContainerRuntimeVersion()),
        text(info.getKubeletVersion()),
        text(node.getSpec() == null ? null : node.getSpec().getProviderID()),
        labels == null ? Map.of() : labels,
        memory(node));
  }

  private static Quantity memory(Node node) {
    var amounts = node.getStatus() == null ? null : node.getStatus().getAllocatable();
    return amounts == null ? NO_MEMORY : amounts.getOrDefault("memory", NO_MEMORY);
  }

  private static String text(String text) {
    return Objects.requireNonNullElse(text, "");
  }
}
