package io.godev.resolve.profile;

import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.Limits;
import java.util.List;
import java.util.Optional;

/** spec.resources: no more CPU than the profile gives. */
final class CpuLimit extends AmountLimit {
  CpuLimit() {
    super("cpu", Limits::cpu, List.of("resources.limits.cpu", "resources.requests.cpu"));
  }

  @Override
  Quantity amount(GoDevEnvironmentSpec spec, String field) {
    return field.equals("resources.limits.cpu")
        ? spec.resources().limits().cpu()
        : spec.resources().requests().cpu();
  }

  @Override
  boolean isOneWish() {
    return true;
  }

  @Override
  public Optional<String> outsideInPod() {
    return Optional.of(PodAmounts.isGreater("cpu"));
  }
}
