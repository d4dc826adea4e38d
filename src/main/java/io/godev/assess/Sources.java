package io.godev.assess;

import io.fabric8.kubernetes.api.model.Pod;
import io.godev.api.v1alpha1.Source;
import io.godev.plan.EnvironmentPod;
import java.util.List;

/** The source of an environment, for {@code kubectl get} and for its condition. */
final class Sources {
  private Sources() {}

  /** Whether a developer's machine pushes the source of the pod, instead of the pod fetching it. */
  static boolean isPushed(Pod pod) {
    return pod.getSpec().getInitContainers().stream()
        .filter(container -> container.getName().equals(EnvironmentPod.SOURCE))
        .anyMatch(container -> container.getArgs().subList(0, 2).equals(List.of("source", "sync")));
  }

  /** The source in a few words. */
  static String describe(Source source) {
    if (source.module() != null) {
      return source.module().path() + "@" + source.module().version();
    }
    if (source.git() != null) {
      return source.git().ref() == null
          ? source.git().url()
          : source.git().url() + "@" + source.git().ref();
    }
    if (source.files() != null) {
      return "files (" + source.files().size() + ")";
    }
    if (source.hostPath() != null) {
      return "folder " + source.hostPath().path();
    }
    if (source.snapshot() != null) {
      return "archive " + source.snapshot().archive();
    }
    return source.sync() != null ? "sync" : "claim " + source.claim().name();
  }
}
