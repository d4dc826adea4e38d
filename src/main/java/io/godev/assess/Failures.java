package io.godev.assess;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.godev.api.v1alpha1.Reason;
import io.godev.plan.EnvironmentPod;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** What to say of a container that ended badly. */
final class Failures {
  private static final BigDecimal TWO = BigDecimal.valueOf(2);
  private static final BigDecimal STEP = BigDecimal.valueOf(64L << 20);

  private Failures() {}

  static Step.Failed of(
      Pod pod,
      String container,
      ContainerStateTerminated ended,
      TerminationMessage message,
      Instant at) {
    var byTheRuntime = Reason.OutOfMemory.name().equals(message.reason());
    if ("OOMKilled".equals(ended.getReason()) && !byTheRuntime) {
      return new Step.Failed(at, Reason.OutOfMemory.name(), outOfMemory(pod, container), message);
    }
    if (message.reason() == null) {
      return new Step.Failed(at, Reason.Failed.name(), unexplained(container, ended), message);
    }
    return new Step.Failed(at, message.reason(), explained(pod, message), message);
  }

  private static String explained(Pod pod, TerminationMessage message) {
    var text = message.detail() == null ? message.reason() : Mounts.named(pod, message.detail());
    return withLastLines(text, message.lastLines());
  }

  /** The text, with what the program wrote last if that is known. */
  static String withLastLines(String text, List<String> lines) {
    return lines == null || lines.isEmpty()
        ? text
        : text + " Last lines:\n" + String.join("\n", lines);
  }

  private static String outOfMemory(Pod pod, String container) {
    var limit =
        Stream.concat(
                pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
            .filter(spec -> spec.getName().equals(container))
            .findFirst()
            .map(Container::getResources)
            .map(ResourceRequirements::getLimits)
            .map(limits -> limits.get("memory"));
    return "spec.resources.limits.memory: the kernel ended "
        + (container.equals(EnvironmentPod.DEV) ? "the program" : "the step " + container)
        + limit
            .map(
                amount ->
                    ", which went over the limit of "
                        + amount
                        + ". Raise it to "
                        + enough(container, amount)
                        + ".")
            .orElse(", because the node ran out of memory.");
  }

  // the runtime gives the same advice: twice as much, and for a build what a compiler wants at
  // least
  private static String enough(String container, Quantity limit) {
    var steps = limit.getNumericalAmount().multiply(TWO).divide(STEP, 0, RoundingMode.CEILING);
    var least = container.equals(EnvironmentPod.DEV) ? BigDecimal.ONE : BigDecimal.valueOf(16);
    var mebibytes = steps.max(least).longValue() * 64;
    return mebibytes % 1024 == 0 ? mebibytes / 1024 + "Gi" : mebibytes + "Mi";
  }

  private static String unexplained(String container, ContainerStateTerminated ended) {
    return "The container "
        + container
        + " ended with exit code "
        + ended.getExitCode()
        + (ended.getReason() == null ? "" : " (" + ended.getReason() + ")")
        + (ended.getMessage() == null ? "" : ": " + ended.getMessage())
        + ". Its log says more: kubectl logs NAME -c "
        + container;
  }
}
