package io.godev.plan;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Map;

/**
 * CPU and memory of a pod, compared as amounts: the API server writes 1024Mi as 1Gi.
 *
 * <p>Of other resources the operator plans nothing, and a LimitRange may add some to the pod.
 */
public final class PodResources {
  private static final List<String> PLANNED = List.of("cpu", "memory");

  private PodResources() {}

  /** What the program asks for. */
  public static ResourceRequirements ofProgram(Pod pod) {
    return program(pod).getResources();
  }

  /** The container with the program. */
  public static Container program(Pod pod) {
    return pod.getSpec().getContainers().stream()
        .filter(container -> container.getName().equals(EnvironmentPod.DEV))
        .findFirst()
        .orElseThrow();
  }

  /** Whether both are the same amounts, however they are written. */
  public static boolean same(ResourceRequirements one, ResourceRequirements other) {
    return same(one.getRequests(), other.getRequests()) && same(one.getLimits(), other.getLimits());
  }

  /**
   * Whether a resize from one to the other is refused, because it changes the QoS class.
   *
   * <p>The operator always sets CPU and memory of both, so a pod is Guaranteed or Burstable. See <a
   * href="https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/">Resize
   * CPU and Memory Resources</a>.
   */
  static boolean changesQosClass(ResourceRequirements from, ResourceRequirements to) {
    return isGuaranteed(from) != isGuaranteed(to);
  }

  private static boolean isGuaranteed(ResourceRequirements resources) {
    return same(resources.getRequests(), resources.getLimits());
  }

  private static boolean same(Map<String, Quantity> one, Map<String, Quantity> other) {
    return PLANNED.stream().allMatch(name -> same(one.get(name), other.get(name)));
  }

  private static boolean same(Quantity one, Quantity other) {
    return one != null
        && other != null
        && one.getNumericalAmount().compareTo(other.getNumericalAmount()) == 0;
  }
}
