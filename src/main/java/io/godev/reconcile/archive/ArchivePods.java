package io.godev.reconcile.archive;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.godev.assess.TerminationMessage;
import io.godev.plan.ArchiveNames;
import io.godev.plan.ArchivePlan;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What the pods of a namespace say of a workspace that is archived; asked for, as it is seldom. */
final class ArchivePods {
  private static final List<String> ENDED = List.of("Succeeded", "Failed");

  private final KubernetesClient client;

  ArchivePods(KubernetesClient client) {
    this.client = client;
  }

  /** Whether anybody may write to it: a pod that has not ended, and is none of its Job. */
  boolean use(PersistentVolumeClaim workspace) {
    var name = workspace.getMetadata().getName();
    return client
        .pods()
        .inNamespace(workspace.getMetadata().getNamespace())
        .list()
        .getItems()
        .stream()
        .filter(pod -> !isOfAJob(pod) && !hasEnded(pod))
        .flatMap(pod -> pod.getSpec().getVolumes().stream())
        .map(volume -> volume.getPersistentVolumeClaim())
        .anyMatch(claim -> claim != null && name.equals(claim.getClaimName()));
  }

  /** What the last pod of the Job left, if it could say something. */
  Optional<TerminationMessage> lastWord(Job job) {
    return client
        .pods()
        .inNamespace(job.getMetadata().getNamespace())
        .withLabel(ArchivePlan.JOB_NAME, job.getMetadata().getName())
        .list()
        .getItems()
        .stream()
        .flatMap(ArchivePods::containers)
        .map(ContainerStatus::getState)
        .filter(state -> state != null && state.getTerminated() != null)
        .map(ContainerState::getTerminated)
        .filter(end -> end.getFinishedAt() != null)
        .max(Comparator.comparing(end -> Instant.parse(end.getFinishedAt())))
        .map(end -> TerminationMessage.parse(end.getMessage()))
        .filter(message -> message.detail() != null);
  }

  private static Stream<ContainerStatus> containers(Pod pod) {
    return pod.getStatus() == null
        ? Stream.empty()
        : pod.getStatus().getContainerStatuses().stream();
  }

  // an archiving pod mounts it read-only
  private static boolean isOfAJob(Pod pod) {
    return Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.<String, String>of())
        .containsKey(ArchiveNames.ARCHIVE_OF);
  }

  private static boolean hasEnded(Pod pod) {
    return pod.getStatus() != null
        && ENDED.contains(Objects.requireNonNullElse(pod.getStatus().getPhase(), ""));
  }
}
