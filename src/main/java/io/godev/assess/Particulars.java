package io.godev.assess;

import io.fabric8.kubernetes.api.model.Service;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.AcceptedSpec;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Advice;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.DebugAccess;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Endpoint;
import io.godev.cluster.Distribution;
import io.godev.cluster.Platform;
import io.godev.resolve.ResolvedEnvironment;
import java.util.List;

/** What a status says of the spec in force, beside how far the cluster has come with it. */
record Particulars(
    String goVersion,
    String source,
    String image,
    List<Endpoint> endpoints,
    DebugAccess debug,
    GoDevEnvironmentStatus.Platform platform,
    List<Advice> advice,
    AcceptedSpec acceptedSpec) {

  static Particulars of(
      ResolvedEnvironment environment, Observation seen, AcceptedSpec acceptedSpec) {
    var spec = environment.spec();
    return new Particulars(
        spec.go().version(),
        Sources.describe(environment.written().source()),
        spec.go().image(),
        Endpoints.of(environment, seen.objects(Service.class)),
        Debugging.access(environment),
        platform(environment.platform()),
        null,
        acceptedSpec);
  }

  /** What was said last, where no spec is in force. */
  static Particulars of(GoDevEnvironmentStatus before) {
    return new Particulars(
        before.goVersion(),
        before.source(),
        before.image(),
        before.endpoints(),
        before.debug(),
        before.platform(),
        before.advice(),
        before.acceptedSpec());
  }

  private static GoDevEnvironmentStatus.Platform platform(Platform platform) {
    return platform.distribution() == Distribution.Other && platform.node().isEmpty()
        ? null
        : new GoDevEnvironmentStatus.Platform(
            platform.distribution().name(),
            platform.showsItsHost() ? platform.host() : null,
            platform.kubernetesVersion(),
            platform.containerRuntime());
  }
}
