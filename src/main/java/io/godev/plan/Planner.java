package io.godev.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.godev.resolve.PlatformDefaults;
import io.godev.resolve.ResolvedEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Turns an environment into its objects. */
public final class Planner {
  private final PlatformDefaults defaults;
  private final Supplier<String> reportAuthority;

  /**
   * A planner.
   *
   * @param reportAuthority the certificates, in PEM, by which the report's endpoint is trusted now
   */
  public Planner(PlatformDefaults defaults, Supplier<String> reportAuthority) {
    this.defaults = defaults;
    this.reportAuthority = reportAuthority;
  }

  public EnvironmentPlan plan(ResolvedEnvironment environment) {
    List<HasMetadata> objects = new ArrayList<>();
    objects.addAll(Claims.of(environment));
    objects.addAll(HostVolume.of(environment));
    objects.addAll(SourceFiles.of(environment));
    objects.addAll(Services.of(environment));
    objects.add(TrafficPolicy.of(environment, defaults));
    return new EnvironmentPlan(
        environment,
        List.copyOf(objects),
        EnvironmentPod.of(environment, defaults, reportAuthority.get()));
  }
}
