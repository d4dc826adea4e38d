package io.godev.plan.fleet;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.Condition.Status;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevFleetSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Fleets called shop, and their environments in every state. */
public final class Fleets {
  public static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  /** A template, and one that differs in what needs a restart. */
  public static final String OLD = "source: {module: {path: example.com/m, version: v1.0.0}}";

  public static final String NEW = "source: {module: {path: example.com/m, version: v2.0.0}}";

  private Fleets() {}

  /** A fleet of that template, with what else is in its spec. */
  public static GoDevFleet fleet(String template, String rest) {
    var fleet = new GoDevFleet();
    fleet.setMetadata(
        new ObjectMetaBuilder()
            .withName("shop")
            .withNamespace("team")
            .withUid("fleet-uid")
            .withResourceVersion("1")
            .withGeneration(1L)
            .build());
    fleet.setSpec(
        new KubernetesSerialization()
            .unmarshal(
                "template: {spec: {%s}}\n%s".formatted(template, rest), GoDevFleetSpec.class));
    return fleet;
  }

  /** The members of a list. */
  public static String members(String... names) {
    return "members: [%s]\n"
        .formatted(
            String.join(", ", List.of(names).stream().map("{name: %s}"::formatted).toList()));
  }

  /** The environment of a member as the fleet makes it, an hour ago, before anything was said. */
  public static GoDevEnvironment made(GoDevFleet fleet, String member) {
    return made(fleet, member, NOW.minus(Duration.ofHours(1)));
  }

  public static GoDevEnvironment made(GoDevFleet fleet, String member, Instant when) {
    var environment =
        new MemberEnvironment(fleet, FleetTemplate.of(fleet.getSpec().template()), when)
            .create(
                fleet.getSpec().members().stream()
                    .filter(listed -> listed.name().equals(member))
                    .findFirst()
                    .orElseThrow());
    environment.getMetadata().setUid(member + "-uid");
    environment.getMetadata().setResourceVersion("1");
    environment.getMetadata().setGeneration(1L);
    environment.getMetadata().setCreationTimestamp(when.toString());
    return environment;
  }

  /** It has been ready for an hour. */
  public static GoDevEnvironment ready(GoDevEnvironment environment) {
    return says(environment, Status.True, "Ready", NOW.minus(Duration.ofHours(1)));
  }

  /** It is ready since then. */
  public static GoDevEnvironment readySince(GoDevEnvironment environment, Instant since) {
    return says(environment, Status.True, "Ready", since);
  }

  /** Somebody has to act before it can go on. */
  public static GoDevEnvironment failing(GoDevEnvironment environment) {
    return says(environment, Status.False, "BuildFailed", NOW);
  }

  /** It is not ready for a reason that goes away by itself. */
  public static GoDevEnvironment waits(GoDevEnvironment environment, String reason) {
    return says(environment, Status.False, reason, NOW);
  }

  /** What the API server has after a change of the spec: the status is that of before. */
  public static GoDevEnvironment stored(GoDevEnvironment wanted, GoDevEnvironment before) {
    wanted.getMetadata().setGeneration(before.getMetadata().getGeneration() + 1);
    wanted.setStatus(before.getStatus());
    return wanted;
  }

  private static GoDevEnvironment says(
      GoDevEnvironment environment, Status status, String reason, Instant since) {
    var generation = environment.getMetadata().getGeneration();
    var stalled = reason.equals("BuildFailed") ? Status.True : Status.False;
    environment.setStatus(
        new KubernetesSerialization()
            .convertValue(
                Map.of(
                    "observedGeneration",
                    generation,
                    "conditions",
                    List.of(
                        condition(ConditionType.Ready, status, reason, generation, since),
                        condition(ConditionType.Stalled, stalled, reason, generation, since))),
                GoDevEnvironmentStatus.class));
    return environment;
  }

  private static Condition condition(
      ConditionType type, Status status, String reason, Long generation, Instant since) {
    return new Condition(
        type, status, reason, "main.go:7: undefined: x", generation, since.toString());
  }
}
