package io.godev.cli.doctor;

import static io.godev.api.v1alpha1.ConditionType.Accepted;
import static io.godev.api.v1alpha1.ConditionType.DebuggerReady;
import static io.godev.api.v1alpha1.ConditionType.Exposed;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Reconciling;

import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Environments of the namespace that do not do what they are asked for. */
final class TroubledEnvironments implements Check {
  private static final String NAME = "TroubledEnvironments";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Instant now;

  TroubledEnvironments(Instant now) {
    this.now = now;
  }

  @Override
  public Stream<Finding> check(Seen seen) {
    return seen.environments()
        .either(
            environments -> judge(environments, seen.namespace()),
            // there can be none: InstalledDefinition says so
            Stream::empty,
            why -> Stream.of(Finding.unknown(NAME, why)));
  }

  private Stream<Finding> judge(List<GoDevEnvironment> environments, String namespace) {
    var troubled = environments.stream().flatMap(one -> trouble(one).stream()).toList();
    if (!troubled.isEmpty()) {
      return troubled.stream();
    }
    return Stream.of(
        Finding.ok(
            NAME,
            environments.isEmpty()
                ? "there are no environments in " + namespace
                : "none of %d in %s".formatted(environments.size(), namespace)));
  }

  private Optional<Finding> trouble(GoDevEnvironment environment) {
    var name = environment.getMetadata().getName();
    var status = environment.getStatus();
    if (status == null || status.condition(Ready) == null) {
      return isNew(environment)
          ? Optional.empty()
          : Optional.of(
              Finding.warn(
                  NAME,
                  name + ": no operator has looked at it",
                  "see what is said of RunningOperator"));
    }
    return problem(status)
        .map(
            condition ->
                Finding.warn(
                    NAME,
                    "%s: %s: %s".formatted(name, condition.reason(), condition.message()),
                    "godev status " + name + " shows the rest"));
  }

  private static Optional<Condition> problem(GoDevEnvironmentStatus status) {
    var atWork = status.condition(Reconciling);
    if (atWork != null && atWork.holds()) {
      return Optional.empty();
    }
    return Stream.of(Accepted, Ready, DebuggerReady, Exposed)
        .map(status::condition)
        .filter(Objects::nonNull)
        .filter(condition -> condition.status() == Condition.Status.False)
        .filter(condition -> !Reason.isSuspension(condition.reason()))
        .findFirst();
  }

  private boolean isNew(GoDevEnvironment environment) {
    var created = environment.getMetadata().getCreationTimestamp();
    return created == null || Instant.parse(created).plus(PATIENCE).isAfter(now);
  }
}
