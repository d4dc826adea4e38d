package io.godev.assess;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/**
 * What the cluster shows of an environment.
 *
 * @param pod the pod, or null
 * @param objects its other objects: claims, ConfigMaps, Services and the NetworkPolicy
 * @param obstacles what kept the operator from making an object in this pass
 * @param pending what a restart would change
 */
public record Observation(
    Pod pod, List<HasMetadata> objects, List<Obstacle> obstacles, List<String> pending) {

  /** The objects of one kind. */
  public <T extends HasMetadata> List<T> objects(Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
