package io.godev.assess;

import static io.godev.assess.Passes.seen;
import static io.godev.assess.Pods.NOW;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.api.v1alpha1.Reason;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.cluster.Platform;
import io.godev.plan.Environments;
import io.godev.resolve.Lifecycle;
import io.godev.resolve.Resolution;
import io.godev.resolve.Resolution.Rejected;
import io.godev.resolve.Resolution.Resolved;
import io.godev.resolve.ResolvedEnvironment;
import io.godev.resolve.Resolver;
import io.godev.resolve.Violation;
import io.godev.resolve.profile.KnownProfiles;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Environments in the states that profiles, idleness and an end bring. */
final class ProfiledStates {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final String PORT = "run: {ports: [{name: http, containerPort: 8080}]}";
  private static final String IDLE = PORT + "\nidle: {suspendAfterMinutes: 60}";
  private static final String PROFILED = PORT + "\nprofile: standard";
  private static final Instant LATER = NOW.plus(Duration.ofHours(2));

  private ProfiledStates() {}

  static Map<String, GoDevEnvironment> all() {
    Map<String, GoDevEnvironment> states = new TreeMap<>();
    states.put("nobody works in it", idle());
    states.put("suspending because nobody works in it", idle(leaving(LATER)));
    states.put("suspended because nobody works in it", idle(null));
    states.put("ends soon", ending(NOW.plus(Duration.ofMinutes(5)), pod()));
    states.put("suspending because its time is over", ending(NOW, leaving(NOW)));
    states.put("suspended because its time is over", ending(NOW, null));
    states.put(
        "clamped by its profile",
        accepted(
            PROFILED + "\nresources: {limits: {memory: 4Gi}}",
            "limits: {memory: {most: 512Mi, policy: Clamp}}",
            seen(pod())));
    states.put(
        "a changed profile waits for a restart",
        accepted(
            PROFILED,
            "defaults: {run: {env: [{name: ADDED, value: a}]}}",
            new Observation(pod(), List.of(), List.of(), List.of("environment variable ADDED"))));
    states.put(
        "outside its profile",
        rejected(
            PROFILED + "\nresources: {limits: {memory: 4Gi}}",
            "limits: {memory: {most: 512Mi}}",
            null));
    states.put("no such profile", rejected(PORT + "\nprofile: another", "default: false", null));
    states.put("too many in the namespace", crowded(Reason.TooManyEnvironments));
    states.put("too many run", crowded(Reason.TooManyRunning));
    states.put("no room for the one in its place", noRoom());
    return states;
  }

  private static Pod pod() {
    return new PodBuilder(Pods.started().ready(true).build())
        .editMetadata()
        .withUid("the-pod")
        .endMetadata()
        .build();
  }

  private static Pod leaving(Instant since) {
    return new PodBuilder(pod())
        .editMetadata()
        .withDeletionTimestamp(since.toString())
        .endMetadata()
        .build();
  }

  // first the record, then the pod goes
  private static GoDevEnvironment idle() {
    var environment = Environments.environment(IDLE);
    var report =
        YAML.unmarshal(
            "podUid: the-pod\nsequence: %d\nuse: {state: Idle, since: %s, kind: Terminal}\n"
                .formatted(NOW.toEpochMilli(), NOW),
            RuntimeReport.class);
    environment.setStatus(
        assess(
            environment,
            Environments.resolved(environment),
            new Observation(pod(), List.of(), List.of(), List.of(), report, List.of()),
            LATER));
    return environment;
  }

  private static GoDevEnvironment idle(Pod pod) {
    var environment = idle();
    environment.setStatus(
        assess(environment, Environments.resolved(environment), seen(pod), LATER));
    return environment;
  }

  private static GoDevEnvironment ending(Instant end, Pod pod) {
    var environment = Environments.environment(PORT + "\nexpiry: {at: '" + end + "'}");
    environment.getMetadata().setCreationTimestamp(NOW.minus(Duration.ofHours(8)).toString());
    environment.setStatus(assess(environment, Environments.resolved(environment), seen(pod), NOW));
    return environment;
  }

  private static GoDevEnvironment accepted(String spec, String profile, Observation seen) {
    var environment = Environments.environment(spec);
    var resolution = (Resolved) resolve(environment, profile);
    environment.setStatus(assess(environment, resolution.environment(), seen, NOW));
    return environment;
  }

  private static GoDevEnvironment rejected(String spec, String profile, Pod pod) {
    var environment = Environments.environment(spec);
    var resolution = (Rejected) resolve(environment, profile);
    environment.setStatus(assessor(NOW).rejected(environment, seen(pod), resolution));
    return environment;
  }

  private static GoDevEnvironment crowded(Reason reason) {
    var environment = Environments.environment(PROFILED);
    var violation = new Violation(reason, "spec.profile", "there are too many; delete one of them");
    environment.setStatus(
        assessor(NOW).rejected(environment, seen(null), new Rejected(List.of(violation))));
    return environment;
  }

  private static GoDevEnvironment noRoom() {
    var environment = Environments.environment(PORT);
    environment.setStatus(Passes.assess(environment, seen(pod()), NOW));
    environment.getMetadata().setGeneration(2L);
    var violation = new Violation(Reason.QuotaExceeded, "spec", "exceeds the quota team");
    environment.setStatus(
        assessor(NOW)
            .keeping(
                environment,
                Environments.resolved(environment),
                seen(pod()),
                new Rejected(List.of(violation))));
    return environment;
  }

  private static Resolution resolve(GoDevEnvironment environment, String profile) {
    var standard =
        YAML.unmarshal(
            "metadata: {name: standard}\nspec: {%s}".formatted(profile), GoDevProfile.class);
    return new Resolver(
            Environments.DEFAULTS,
            () -> Platform.UNKNOWN,
            new KnownProfiles(List.of(standard), namespace -> Map.of()))
        .resolve(environment);
  }

  private static GoDevEnvironmentStatus assess(
      GoDevEnvironment environment, ResolvedEnvironment resolved, Observation seen, Instant now) {
    return assessor(now).of(environment, Lifecycle.at(resolved, environment, now), seen);
  }

  private static Assessor assessor(Instant now) {
    return new Assessor(Clock.fixed(now, ZoneOffset.UTC));
  }
}
