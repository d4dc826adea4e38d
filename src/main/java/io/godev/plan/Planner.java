package io.godev.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.godev.resolve.PlatformDefaults;
import io.godev.resolve.ResolvedEnvironment;
import java.util.ArrayList;
import java.util.List;

/** Turns an environment into its objects. */
public final class Planner {
  private final PlatformDefaults defaults;

  public Planner(PlatformDefaults defaults) {
    this.defaults = defaults;
  }

  public EnvironmentPlan plan(ResolvedEnvironment environment) {
    List<HasMetadata> objects = new ArrayList<>();
    objects.addAll(Claims.of(environment));
    objects.addAll(SourceFiles.of(environment));
    objects.addAll(Services.of(environment));
    objects.add(IngressPolicy.of(environment));
    return new EnvironmentPlan(
        environment, List.copyOf(objects), EnvironmentPod.of(environment, defaults));
  }
}
