package io.godev.resolve.profile;

import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.Limits;
import java.util.List;
import java.util.Optional;

/** spec.resources: no more memory than the profile gives. */
final class MemoryLimit extends AmountLimit {
  MemoryLimit() {
    super(
        "memory", Limits::memory, List.of("resources.limits.memory", "resources.requests.memory"));
  }

  @Override
  Quantity amount(GoDevEnvironmentSpec spec, String field) {
    return field.equals("resources.limits.memory")
        ? spec.resources().limits().memory()
        : spec.resources().requests().memory();
  }

  @Override
  boolean isOneWish() {
    return true;
  }

  @Override
  public Optional<String> outsideInPod() {
    return Optional.of(PodAmounts.isGreater("memory"));
  }
}
