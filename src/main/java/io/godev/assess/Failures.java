package io.godev.assess;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.godev.api.v1alpha1.Reason;
import java.time.Instant;
import java.util.stream.Stream;

/** What to say of a container that ended badly. */
final class Failures {
  private Failures() {}

  static Step.Failed of(
      Pod pod,
      String container,
      ContainerStateTerminated ended,
      TerminationMessage message,
      Instant at) {
    if ("OOMKilled".equals(ended.getReason())) {
      return new Step.Failed(at, Reason.OutOfMemory.name(), outOfMemory(pod, container), message);
    }
    if (message.reason() == null) {
      return new Step.Failed(at, Reason.Failed.name(), unexplained(container, ended), message);
    }
    return new Step.Failed(at, message.reason(), explained(message), message);
  }

  private static String explained(TerminationMessage message) {
    var text = message.detail() == null ? message.reason() : message.detail();
    return message.lastLines() == null || message.lastLines().isEmpty()
        ? text
        : text + " Last lines:\n" + String.join("\n", message.lastLines());
  }

  private static String outOfMemory(Pod pod, String container) {
    var limit =
        Stream.concat(
                pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
            .filter(spec -> spec.getName().equals(container))
            .map(spec -> spec.getResources().getLimits().get("memory"))
            .findFirst()
            .map(Object::toString)
            .orElse("its limit");
    return "The kernel ended the step "
        + container
        + " because it went over "
        + limit
        + " of memory. Raise spec.resources.limits.memory.";
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
