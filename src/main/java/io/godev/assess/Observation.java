package io.godev.assess;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.plan.Names;
import io.godev.resolve.advice.Situation.ExternalPort;
import java.util.List;

/**
 * What the cluster shows of an environment.
 *
 * @param pod the pod, or null
 * @param objects its other objects: claims, ConfigMaps, Services and the NetworkPolicy
 * @param obstacles what kept the operator from making an object in this pass
 * @param pending what a restart would change
 * @param report what the runtime of a pod of this name reported last, or null
 * @param neighbours ports that other environments have outside the cluster
 */
public record Observation(
    Pod pod,
    List<HasMetadata> objects,
    List<Obstacle> obstacles,
    List<String> pending,
    RuntimeReport report,
    List<ExternalPort> neighbours) {

  /** What is seen of an environment whose runtime has not reported. */
  public Observation(
      Pod pod, List<HasMetadata> objects, List<Obstacle> obstacles, List<String> pending) {
    this(pod, objects, obstacles, pending, null, List.of());
  }

  /**
   * What is seen of the environment of that uid: the pod of an earlier one of the same name, which
   * the cluster has still to remove, says nothing of it.
   */
  Observation of(String uid) {
    return pod == null
            || pod.getMetadata().getOwnerReferences().isEmpty()
            || Names.isOwnedBy(uid, pod)
        ? this
        : new Observation(null, objects, obstacles, pending, report, neighbours);
  }

  /** The objects of one kind. */
  public <T extends HasMetadata> List<T> objects(Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
