package io.godev.assess;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.plan.Environments;
import io.godev.resolve.Resolution.Rejected;
import io.godev.resolve.Violation;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** Passes of the reconciler, from what it sees to the status. */
final class Passes {
  private Passes() {}

  static Observation seen(Pod pod, Obstacle... obstacles) {
    return new Observation(pod, List.of(), List.of(obstacles), List.of());
  }

  static GoDevEnvironmentStatus assess(
      GoDevEnvironment environment, Observation seen, Instant now) {
    return assessor(now).of(environment, Environments.resolved(environment), seen);
  }

  static GoDevEnvironmentStatus reject(
      GoDevEnvironment environment, Observation seen, Instant now) {
    return assessor(now)
        .rejected(
            environment, seen, new Rejected(List.of(new Violation("spec.go", "is not good"))));
  }

  /** The spec of the environment was accepted, a later one was rejected. */
  static GoDevEnvironmentStatus keep(GoDevEnvironment environment, Observation seen, Instant now) {
    return assessor(now)
        .keeping(
            environment,
            Environments.resolved(environment),
            seen,
            new Rejected(List.of(new Violation("spec.go", "is not good"))));
  }

  static void is(
      GoDevEnvironmentStatus status, ConditionType type, Condition.Status wanted, String reason) {
    var condition = status.condition(type);
    assertThat(condition.status()).describedAs("%s", condition).isEqualTo(wanted);
    assertThat(condition.reason()).describedAs("%s", condition).isEqualTo(reason);
  }

  private static Assessor assessor(Instant now) {
    return new Assessor(Clock.fixed(now, ZoneOffset.UTC));
  }
}
