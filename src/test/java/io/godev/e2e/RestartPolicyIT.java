package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.PendingRestart;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.api.v1alpha1.RuntimeReport.DebuggerState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * When a changed profile reaches the pods that go by it, by each policy, and while the program
 * stands at a breakpoint; each test goes on from the one before.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestartPolicyIT {
  private static final Duration SOON = Duration.ofSeconds(40);
  // half of the minute after which it would be suspended
  private static final Duration IDLE = Duration.ofSeconds(30);
  // looks of the runtime are 5 s apart
  private static final Duration LOOKS = Duration.ofSeconds(10);
  private static final String PROGRAM =
      """
      package main

      import "net"

      func main() {
      	listener, err := net.Listen("tcp", ":8080")
      	if err != nil {
      		panic(err)
      	}
      	for {
      		if connection, err := listener.Accept(); err == nil {
      			go answer(connection)
      		}
      	}
      }

      func answer(connection net.Conn) {
      	defer connection.Close()
      	connection.Read(make([]byte, 4096))
      	connection.Write([]byte("HTTP/1.0 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nok\\n"))
      }
      """;
  private static final String DELVE = "debug: {mode: Delve}, ";
  private static final List<String> AT_A_BREAKPOINT =
      List.of("when-idle-paused", "at-once-paused", "manual-paused");
  private static final Map<String, String> POLICIES =
      Map.of("manual", "Manual", "at-once", "Immediately", "when-idle", "WhenIdle");

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-restart");

  @TempDir static Path folder;

  private static final ScheduledExecutorService BACKGROUND = Executors.newScheduledThreadPool(1);
  private static final List<Breakpoint> PAUSED = new ArrayList<>();
  private static final Map<String, String> BEFORE = new HashMap<>();
  private static Future<?> traffic;
  private static Instant changed;

  @BeforeAll
  static void environments() {
    POLICIES.forEach((name, policy) -> profile(name, policy, ""));
    // who would be suspended begins to work first
    create("when-idle", "profile: e2e-restart-when-idle, idle: {suspendAfterMinutes: 1}");
    create(
        "when-idle-paused",
        DELVE + "profile: e2e-restart-when-idle, idle: {suspendAfterMinutes: 1}");
    create("at-once-paused", DELVE + "profile: e2e-restart-at-once");
    create("manual-paused", DELVE + "profile: e2e-restart-manual");
    create("at-once", "profile: e2e-restart-at-once");
    create("manual", "profile: e2e-restart-manual");
    create("untouched", "mode: Running");
    cluster.await("when-idle", Ready, True);
    traffic =
        BACKGROUND.scheduleWithFixedDelay(
            () -> cluster.get("when-idle", "/"), 0, 3, TimeUnit.SECONDS);
    AT_A_BREAKPOINT.forEach(RestartPolicyIT::pause);
    List.of("at-once", "manual", "untouched").forEach(name -> cluster.await(name, Ready, True));
    Stream.concat(
            AT_A_BREAKPOINT.stream(), Stream.of("when-idle", "at-once", "manual", "untouched"))
        .forEach(name -> BEFORE.put(name, uid(name)));
  }

  @AfterAll
  static void end() {
    PAUSED.forEach(Breakpoint::release);
    BACKGROUND.shutdownNow();
    BEFORE.keySet().forEach(name -> cluster.environment(name).delete());
    for (var name : POLICIES.keySet()) {
      var profile = cluster.client().resources(GoDevProfile.class).withName("e2e-restart-" + name);
      cluster.awaitThat(
          "the profile can be deleted",
          Duration.ofSeconds(90),
          () -> assertThatCode(profile::delete).doesNotThrowAnyException());
    }
  }

  @Test
  @Order(1)
  void aChangedProfileIsToldToWhomItTouchesAndToNobodyElse() {
    // Given
    changed = Instant.now();

    // When
    POLICIES.forEach(
        (name, policy) ->
            profile(name, policy, ", defaults: {run: {env: [{name: ADDED, value: '1'}]}}"));

    // Then
    Stream.concat(AT_A_BREAKPOINT.stream(), Stream.of("manual", "when-idle"))
        .forEach(
            name ->
                assertThat(cluster.await(name, PendingRestart, True).message())
                    .as(name)
                    .contains("environment variable ADDED"));
    assertThat(Health.of(cluster, "manual")).isEqualTo(Health.CURRENT);
    assertThat(Cluster.condition(cluster.environment("untouched").get(), PendingRestart).holds())
        .isFalse();
  }

  @Test
  @Order(2)
  void immediatelyIsAtOnce() {
    awaitRestarted("at-once");
    assertThat(podWrites("at-once")).containsExactlyInAnyOrder("delete", "create");
  }

  @Test
  @Order(3)
  void whenIdleIsAfterTheLastWorkAndNotBefore() {
    // Given: its patience is over, but requests keep coming
    cluster.awaitThat(
        "who is worked in is left",
        IDLE.plus(LOOKS),
        () -> assertThat(Instant.now()).isAfter(changed.plus(IDLE)));
    assertThat(uid("when-idle")).isEqualTo(BEFORE.get("when-idle"));
    assertThat(podWrites("when-idle")).isEmpty();

    // When
    traffic.cancel(false);
    var stopped = Instant.now();
    awaitRestarted("when-idle");

    // Then
    assertThat(podWrites("when-idle")).containsExactlyInAnyOrder("delete", "create");
    var removed =
        new AuditLog()
            .writes(cluster.namespace(), stopped).stream()
                .filter(RestartPolicyIT::isOfAPod)
                .filter(request -> request.name().equals("when-idle"))
                .findFirst()
                .orElseThrow()
                .time();
    System.out.printf(
        "restarted %d ms after the last request%n", Duration.between(stopped, removed).toMillis());
    assertThat(Duration.between(stopped, removed)).isBetween(IDLE.minus(LOOKS), IDLE.plus(LOOKS));
  }

  @Test
  @Order(4)
  void nobodyIsRestartedAtABreakpoint() {
    for (var name : AT_A_BREAKPOINT) {
      assertThat(uid(name)).as(name).isEqualTo(BEFORE.get(name));
      assertThat(podWrites(name)).as(name).isEmpty();
      assertThat(cluster.environment(name).get().getStatus().runtime().debugger().state())
          .as(name)
          .isEqualTo(DebuggerState.Paused);
    }
  }

  @Test
  @Order(5)
  void afterThatItIsAsThePolicySays() {
    // When
    PAUSED.forEach(Breakpoint::release);
    cluster
        .environment("manual")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\": {\"annotations\": {\"godev.io/restart\": \"please\"}}}");

    // Then
    awaitRestarted("at-once-paused");
    awaitRestarted("manual");
    assertThat(uid("manual-paused")).isEqualTo(BEFORE.get("manual-paused"));
    cluster.await("manual-paused", PendingRestart, True);
    assertThat(podWrites("manual-paused")).isEmpty();
    assertThat(podWrites("untouched")).isEmpty();
    assertThat(new AuditLog().writes(cluster.namespace(), changed))
        .extracting(AuditLog.Request::name)
        .doesNotContain("untouched");
  }

  private static void awaitRestarted(String name) {
    var pod =
        cluster
            .pod(name)
            .waitUntilCondition(
                now -> now != null && !now.getMetadata().getUid().equals(BEFORE.get(name)),
                SOON.plus(IDLE).toSeconds(),
                TimeUnit.SECONDS);
    assertThat(variables(pod)).contains("ADDED=1");
    cluster.await(name, PendingRestart, False);
    cluster.await(name, Ready, True);
  }

  private static List<String> variables(Pod pod) {
    return pod.getSpec().getContainers().get(0).getEnv().stream()
        .map(variable -> variable.getName() + "=" + variable.getValue())
        .toList();
  }

  private static List<String> podWrites(String name) {
    return new AuditLog()
        .writes(cluster.namespace(), changed).stream()
            .filter(RestartPolicyIT::isOfAPod)
            .filter(request -> request.name().equals(name))
            .map(AuditLog.Request::verb)
            .toList();
  }

  private static boolean isOfAPod(AuditLog.Request request) {
    return request.resource().startsWith("pods") && !request.isRehearsal();
  }

  private static String uid(String name) {
    return cluster.pod(name).get().getMetadata().getUid();
  }

  private static void pause(String name) {
    cluster.await(name, Ready, True);
    PAUSED.add(Breakpoint.at("main.answer", cluster, name, folder, () -> cluster.get(name, "/")));
    // it reports nothing before that, or that somebody is attached
    cluster.awaitEnvironment(
        name,
        SOON,
        now ->
            Optional.ofNullable(now.getStatus().runtime())
                .map(RuntimeReport::debugger)
                .filter(debugger -> debugger.state() == DebuggerState.Paused)
                .isPresent());
  }

  private static void profile(String name, String policy, String more) {
    var profile =
        read(
            "metadata: {name: e2e-restart-%s}\nspec: {restart: %s%s}".formatted(name, policy, more),
            GoDevProfile.class);
    cluster.client().resource(profile).serverSideApply();
  }

  private static void create(String name, String spec) {
    cluster.create(cluster.warm(environment(name, spec)));
  }

  private static GoDevEnvironment environment(String name, String spec) {
    var serialization = cluster.client().getKubernetesSerialization();
    return read(
        """
        metadata: {name: %s}
        spec:
          { source: {files: {go.mod: %s, main.go: %s}},
            run: {ports: [{name: http, containerPort: 8080}]},
            resources: {requests: {cpu: 10m, memory: 64Mi}},
            %s }
        """
            .formatted(
                name,
                serialization.asJson("module example.com/restart\n\ngo 1.26\n"),
                serialization.asJson(PROGRAM),
                spec),
        GoDevEnvironment.class);
  }

  private static <T> T read(String yaml, Class<T> type) {
    return cluster.client().getKubernetesSerialization().unmarshal(yaml, type);
  }
}
