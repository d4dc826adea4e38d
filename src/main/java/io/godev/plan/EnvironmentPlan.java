package io.godev.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.godev.resolve.ResolvedEnvironment;
import java.util.List;

/**
 * The exact objects of an environment.
 *
 * @param environment what they are made from
 * @param objects all but the pod, in the order in which they are created
 * @param pod the pod, which is wanted unless the environment is suspended
 */
public record EnvironmentPlan(ResolvedEnvironment environment, List<HasMetadata> objects, Pod pod) {

  /** Whether an object of that kind and name is planned. */
  public boolean has(HasMetadata object) {
    return objects.stream()
        .anyMatch(
            planned ->
                planned.getKind().equals(object.getKind())
                    && planned.getMetadata().getName().equals(object.getMetadata().getName()));
  }
}
