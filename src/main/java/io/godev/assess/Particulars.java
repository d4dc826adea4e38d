package io.godev.assess;

import io.fabric8.kubernetes.api.model.Service;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.AcceptedSpec;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Advice;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.DebugAccess;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Endpoint;
import io.godev.cluster.Platform;
import io.godev.resolve.ResolvedEnvironment;
import io.godev.resolve.advice.AdviceRules;
import io.godev.resolve.advice.Situation;
import java.time.Instant;
import java.util.List;

/** What a status says of the spec in force, beside how far the cluster has come with it. */
record Particulars(
    String goVersion,
    String source,
    String image,
    String profile,
    List<Endpoint> endpoints,
    DebugAccess debug,
    GoDevEnvironmentStatus.Platform platform,
    List<Advice> advice,
    AcceptedSpec acceptedSpec) {

  static Particulars of(
      ResolvedEnvironment environment,
      Observation seen,
      GoDevEnvironmentStatus before,
      AcceptedSpec acceptedSpec,
      Instant now) {
    var spec = environment.spec();
    return new Particulars(
        spec.go().version(),
        Sources.describe(environment.written().source()),
        spec.go().image(),
        environment.profile().name().isEmpty() ? null : environment.profile().name(),
        Endpoints.of(environment, seen.objects(Service.class)),
        Debugging.access(environment),
        platform(environment.platform()),
        advice(environment, seen, before, now),
        acceptedSpec);
  }

  /** What was said last, where no spec is in force. */
  static Particulars of(GoDevEnvironmentStatus before) {
    return new Particulars(
        before.goVersion(),
        before.source(),
        before.image(),
        before.profile(),
        before.endpoints(),
        before.debug(),
        before.platform(),
        before.advice(),
        before.acceptedSpec());
  }

  // null where there is none, as it comes back from the API server
  private static List<Advice> advice(
      ResolvedEnvironment environment,
      Observation seen,
      GoDevEnvironmentStatus before,
      Instant now) {
    var situation =
        Situation.of(environment, now)
            .with(seen.report())
            .debuggingSince(debuggingSince(before))
            .beside(seen.neighbours());
    var advice =
        AdviceRules.of(situation).stream()
            .map(
                one ->
                    new Advice(
                        one.rule(), one.severity(), one.field(), one.message(), one.remedy()))
            .toList();
    return advice.isEmpty() ? null : advice;
  }

  private static Instant debuggingSince(GoDevEnvironmentStatus before) {
    var ready = before.condition(ConditionType.DebuggerReady);
    return ready != null && ready.holds() ? Instant.parse(ready.lastTransitionTime()) : null;
  }

  private static GoDevEnvironmentStatus.Platform platform(Platform platform) {
    return platform.hasNoNode()
        ? null
        : new GoDevEnvironmentStatus.Platform(
            platform.distribution().name(),
            platform.showsItsHost() ? platform.host() : null,
            platform.kubernetesVersion(),
            platform.containerRuntime());
  }
}
