package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.PendingRestart;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.fabric8.kubernetes.api.model.Pod;
import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Twenty environments of every kind, and two that are suspended, under a later release of the
 * operator and of the definitions, and under the one before again; each test goes on from the one
 * before.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UpgradeIT {
  private static final String PROGRAM =
      """
      package main

      import (
      	"net"
      	"time"
      )

      func main() {
      	listener, err := net.Listen("tcp", ":8080")
      	if err != nil {
      		panic(err)
      	}
      	for {
      		if connection, err := listener.Accept(); err == nil {
      			connection.Close()
      		}
      		time.Sleep(time.Second)
      	}
      }
      """;
  private static final String SERVER = "run: {ports: [{name: tcp, containerPort: 8080}]}";
  // that nobody works is told after a quarter of an hour, which would be a write more
  private static final String IDLE = ", idle: {suspendAfterMinutes: 60}";
  private static final Map<String, String> RUNNING =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("server-1", SERVER),
              Map.entry("server-2", SERVER),
              Map.entry("server-3", SERVER),
              Map.entry("server-4", SERVER),
              Map.entry("worker-1", "run: {args: [-v]}"),
              Map.entry("worker-2", "run: {env: [{name: A, value: b}]}"),
              Map.entry("debugged", SERVER + ", debug: {mode: Delve}"),
              Map.entry("reloaded", SERVER + ", reload: {mode: OnChange}"),
              Map.entry("unwatched", SERVER + ", reload: {mode: 'Off'}"),
              Map.entry("idle", SERVER + IDLE),
              Map.entry("ending", SERVER + ", expiry: {afterHours: 8}"),
              Map.entry("exposed", SERVER.replace("8080}", "8080, expose: None}")),
              Map.entry("profiled-1", SERVER + ", profile: e2e-upgrade-manual"),
              Map.entry("profiled-2", SERVER + ", profile: e2e-upgrade-manual"),
              Map.entry("profiled-3", SERVER + IDLE + ", profile: e2e-upgrade-when-idle"),
              Map.entry("profiled-4", SERVER + IDLE + ", profile: e2e-upgrade-when-idle")));
  private static final List<String> MEMBERS =
      List.of("fleet-amy", "fleet-ben", "fleet-cat", "fleet-dan");
  private static final List<String> SUSPENDED = List.of("suspended-1", "suspended-2");

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-upgrade");

  private static LaterRelease later;
  private static Map<String, String> pods;
  private static Map<String, String> ready;
  private static Instant start;

  @BeforeAll
  static void environments() {
    var begin = Instant.now();
    later = new LaterRelease(cluster);
    profile("e2e-upgrade-manual", "limits: {memory: {most: 256Mi, policy: Clamp}}");
    profile("e2e-upgrade-when-idle", "restart: WhenIdle");
    RUNNING.forEach((name, spec) -> cluster.create(environment(name, spec)));
    SUSPENDED.forEach(name -> cluster.create(environment(name, SERVER + ", mode: Suspended")));
    var fleet = new GoDevFleet();
    fleet.getMetadata().setName("fleet");
    fleet.setSpec(
        read(
                """
                spec:
                  template: {spec: %s}
                  members: [{name: amy}, {name: ben}, {name: cat}, {name: dan, env: [{name: A, value: b}]}]
                """
                    .formatted(json(environment("template", SERVER).getSpec())),
                GoDevFleet.class)
            .getSpec());
    var made = cluster.client().resource(fleet).inNamespace(cluster.namespace());
    made.create();
    Stream.of(RUNNING.keySet(), MEMBERS, SUSPENDED)
        .flatMap(names -> names.stream())
        .forEach(name -> cluster.await(name, Ready, True));
    // the last that it has to write
    made.waitUntilCondition(
        now -> now.getStatus() != null && now.getStatus().template().lastGood() != null,
        60,
        TimeUnit.SECONDS);
    System.out.printf(
        "%d environments ready after %d s%n",
        RUNNING.size() + MEMBERS.size(), Duration.between(begin, Instant.now()).toSeconds());
    pods = pods();
    ready = ready();
    start = Instant.now();
  }

  @AfterAll
  static void asItWas() {
    later.remove();
    cluster.client().resources(GoDevProfile.class).list().getItems().stream()
        .filter(profile -> profile.getMetadata().getName().startsWith("e2e-upgrade-"))
        .forEach(UpgradeIT::remove);
  }

  @Test
  @Order(1)
  void twentyOfThemRun() {
    assertThat(pods).hasSize(20).containsKeys(MEMBERS.toArray(String[]::new));
  }

  @Test
  @Order(2)
  void anUpgradeTellsEveryRunningOneThatSomethingWaits() {
    // When
    later.install();

    // Then
    pods.keySet().forEach(name -> cluster.await(name, PendingRestart, True));
    assertThat(pods()).isEqualTo(pods);
  }

  @Test
  @Order(3)
  void aDowngradeReadsWhatTheLaterReleaseWrote() {
    // Given: the definitions of the later release, and what it wrote by them
    later.define();
    cluster.awaitThat(
        "the definition of the later release is in force",
        Cluster.PATIENCE,
        () -> assertThat(later.writeStatus("suspended-1")).contains(LaterRelease.CONDITION));
    Stream.of(RUNNING.keySet().stream(), MEMBERS.stream(), Stream.of("suspended-2"))
        .flatMap(names -> names)
        .forEach(later::writeStatus);
    later.writeSpec("worker-1");
    cluster.await("worker-1", PendingRestart, True);

    // When
    later.takeBack();

    // Then
    pods.keySet().forEach(name -> cluster.await(name, PendingRestart, False));
    assertThat(pods()).isEqualTo(pods);
    assertThat(ready()).isEqualTo(ready);
  }

  @Test
  @Order(4)
  void noPodWasWrittenAndAStatusTwice() {
    // When
    var writes = new AuditLog().writes(cluster.namespace(), start);

    // Then
    System.out.printf("writes of an upgrade and a downgrade: %d%n", writes.size());
    assertThat(writes)
        .extracting(AuditLog.Request::resource)
        .containsOnly("godevenvironments/status");
    var each =
        writes.stream()
            .collect(Collectors.groupingBy(AuditLog.Request::name, Collectors.counting()));
    assertThat(each.keySet()).isEqualTo(pods.keySet());
    // a change of its spec is one more
    assertThat(each.remove("worker-1")).isEqualTo(3);
    assertThat(each.values()).containsOnly(2L);
  }

  @Test
  @Order(5)
  void whatTheLaterReleaseWroteStaysWhereThereIsNothingToWrite() {
    assertThat(SUSPENDED)
        .allSatisfy(name -> assertThat(later.status(name)).contains(LaterRelease.CONDITION));
    assertThat(later.status("server-1")).doesNotContain(LaterRelease.CONDITION);
  }

  // uid, containers and restarts of each pod, by its name
  private static Map<String, String> pods() {
    return cluster.client().pods().inNamespace(cluster.namespace()).list().getItems().stream()
        .collect(Collectors.toMap(pod -> pod.getMetadata().getName(), UpgradeIT::identity));
  }

  private static String identity(Pod pod) {
    return pod.getMetadata().getUid()
        + pod.getStatus().getContainerStatuses().stream()
            .map(status -> " " + status.getContainerID() + " " + status.getRestartCount())
            .collect(Collectors.joining());
  }

  // since when each is ready
  private static Map<String, String> ready() {
    return cluster
        .client()
        .resources(GoDevEnvironment.class)
        .inNamespace(cluster.namespace())
        .list()
        .getItems()
        .stream()
        .collect(
            Collectors.toMap(
                environment -> environment.getMetadata().getName(),
                environment -> since(Cluster.condition(environment, Ready))));
  }

  private static String since(Condition condition) {
    return condition.status() + " " + condition.lastTransitionTime();
  }

  private static void profile(String name, String spec) {
    var profile = new GoDevProfile();
    profile.getMetadata().setName(name);
    profile.setSpec(read("spec: {" + spec + "}", GoDevProfile.class).getSpec());
    cluster.client().resource(profile).serverSideApply();
  }

  // which the API server refuses while one that goes by it is on its way out
  private static void remove(GoDevProfile profile) {
    var name = profile.getMetadata().getName();
    RUNNING.forEach(
        (environment, spec) -> {
          if (spec.endsWith(name)) {
            cluster.environment(environment).delete();
          }
        });
    cluster.awaitThat(
        "the profile can be deleted",
        Duration.ofSeconds(90),
        () ->
            assertThatCode(() -> cluster.client().resource(profile).delete())
                .doesNotThrowAnyException());
  }

  private static <T> T read(String spec, Class<T> type) {
    return cluster.client().getKubernetesSerialization().unmarshal(spec, type);
  }

  // all of them on one node
  private static GoDevEnvironment environment(String name, String spec) {
    return cluster.warm(
        read(
            """
            metadata: {name: %s}
            spec:
              { source: {files: {go.mod: %s, main.go: %s}},
                resources: {requests: {cpu: 10m, memory: 64Mi}},
                %s }
            """
                .formatted(
                    name, json("module example.com/upgrade\n\ngo 1.26\n"), json(PROGRAM), spec),
            GoDevEnvironment.class));
  }

  private static String json(Object value) {
    return cluster.client().getKubernetesSerialization().asJson(value);
  }
}
