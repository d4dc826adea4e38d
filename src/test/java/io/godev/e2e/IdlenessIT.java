package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.ExpiresSoon;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.godev.api.v1alpha1.Debug;
import io.godev.api.v1alpha1.Expiry;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.Idle;
import io.godev.api.v1alpha1.Resources;
import io.godev.api.v1alpha1.Source;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What keeps an environment running and what does not, all of them at once with a patience of one
 * minute; each test goes on from the one before.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IdlenessIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  // looks of the runtime are 5 s apart, and the clocks of a busy machine are not exact
  private static final Duration LATE = Duration.ofSeconds(30);
  private static final String LONG_TEST =
      """
      package main

      import (
      	"testing"
      	"time"
      )

      func TestThatWaits(t *testing.T) { time.Sleep(5 * time.Minute) }
      """;

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-idleness");

  @TempDir static Path folder;

  private static final ScheduledExecutorService BACKGROUND = Executors.newScheduledThreadPool(3);
  private static final Map<String, String> STAYING = new LinkedHashMap<>();
  private static final Map<String, ExecWatch> OPEN = new HashMap<>();
  private static Breakpoint paused;
  private static Instant lastBegun;
  private static Instant quietSince;

  @BeforeAll
  static void environments() {
    var idle = new Idle(1);
    create("testing", idle, null, Debug.Mode.Off, Map.of());
    create("paused", idle, null, Debug.Mode.Delve, Map.of());
    create("traffic", idle, null, Debug.Mode.Off, Map.of());
    create("awake", idle, null, Debug.Mode.Off, Map.of("godev.io/keep-awake", "true"));
    create("terminal", idle, null, Debug.Mode.Off, Map.of());
    create("nothing", idle, null, Debug.Mode.Off, Map.of());
    var end = Instant.now().plusSeconds(100).truncatedTo(ChronoUnit.SECONDS).toString();
    create("ending", null, new Expiry(null, end), Debug.Mode.Off, Map.of());
  }

  @AfterAll
  static void end() {
    Optional.ofNullable(paused).ifPresent(Breakpoint::release);
    BACKGROUND.shutdownNow();
    OPEN.values().forEach(ExecWatch::close);
  }

  @Test
  @Order(1)
  void allOfThemRunAndSomeAreWorkedIn() {
    // When
    begin("testing", () -> open("testing", false, "go", "test", "-count=1", "."));
    begin(
        "traffic",
        () ->
            BACKGROUND.scheduleWithFixedDelay(
                () -> cluster.get("traffic", "/"), 0, 4, TimeUnit.SECONDS));
    begin(
        "paused",
        () ->
            paused =
                Breakpoint.at(
                    "example.com/hello/greeting.For",
                    cluster,
                    "paused",
                    folder,
                    () -> cluster.get("paused", "/")));
    begin("awake", () -> {});
    cluster.await("terminal", Ready, True);
    open("terminal", true, "bash");
    cluster.await("nothing", Ready, True);
    assertThat(cluster.exec("nothing", "touch", "/workspace/kept")).isEmpty();
    quietSince = Instant.now();

    // Then
    assertThat(STAYING).hasSize(4);
  }

  @Test
  @Order(2)
  void anAbandonedTerminalAndNothingAtAllAreSuspended() {
    for (var name : List.of("terminal", "nothing")) {
      // When
      var environment =
          cluster.awaitEnvironment(
              name,
              PATIENCE.plus(LATE).plus(LATE),
              now -> Cluster.condition(now, Ready).reason().equals("IdleSuspended"));

      // Then
      assertThat(Cluster.condition(environment, Ready).holds()).isTrue();
      assertThat(cluster.pod(name).get()).isNull();
      assertThat(Health.of(cluster, name)).isEqualTo(Health.CURRENT);
      assertThat(environment.getSpec().mode()).isNull();
      var activity = environment.getStatus().activity();
      assertThat(
              Duration.between(
                  Instant.parse(activity.lastActivity()), Instant.parse(activity.suspendedAt())))
          .isBetween(PATIENCE, PATIENCE.plus(LATE));
      cluster.awaitEvent(name, "IdleSuspended", List.of("godev resume", name));
    }
  }

  @Test
  @Order(3)
  void thatCostFewWrites() {
    // Then: quiet and idle are a report and what follows of it each; then it goes and is gone
    var writes =
        new AuditLog()
            .writes(cluster.namespace(), quietSince).stream()
                .filter(request -> "nothing".equals(request.name()))
                .toList();
    System.out.println("writes of a suspension: " + writes);
    assertThat(writes).filteredOn(request -> request.resource().equals("pods")).hasSize(1);
    assertThat(writes).hasSizeLessThanOrEqualTo(2 * 2 + 1 + 2);
  }

  @Test
  @Order(4)
  void whoIsWorkedInStays() {
    // When
    cluster.awaitThat(
        "the patience is over for all of them",
        PATIENCE.plus(LATE).plus(LATE),
        () -> assertThat(Instant.now()).isAfter(lastBegun.plus(PATIENCE).plus(LATE)));

    // Then
    STAYING.forEach(
        (name, uid) -> {
          var pod = cluster.pod(name).get();
          assertThat(pod).as(name).isNotNull();
          assertThat(pod.getMetadata().getUid()).as(name).isEqualTo(uid);
          var activity = cluster.environment(name).get().getStatus().activity();
          System.out.println(name + ": " + activity);
          assertThat(activity.suspendedAt()).as(name).isNull();
        });
    assertThat(
            new AuditLog()
                .writes(cluster.namespace(), lastBegun.plusSeconds(20)).stream()
                    .filter(request -> List.of("testing", "traffic").contains(request.name())))
        .as("work that goes on costs no write")
        .isEmpty();
  }

  @Test
  @Order(5)
  void theEndOfItsTimeIsToldAndSuspends() {
    // Then
    var environment =
        cluster.awaitEnvironment(
            "ending",
            Duration.ofMinutes(2),
            now -> Cluster.condition(now, Ready).reason().equals("Expired"));
    assertThat(Cluster.condition(environment, ExpiresSoon)).isNull();
    assertThat(cluster.pod("ending").get()).isNull();
    assertThat(Health.of(cluster, "ending")).isEqualTo(Health.CURRENT);
    cluster.awaitEvent("ending", "ExpiresSoon", List.of("spec.expiry"));
    cluster.awaitEvent("ending", "Expired", List.of("spec.expiry.at"));
    assertThat(Command.run(1, folder, "resume", "-n", cluster.namespace(), "ending"))
        .contains("set a later spec.expiry.at");
  }

  @Test
  @Order(6)
  void resumeHasItGoOnWithItsVolumes() {
    // When
    var said = Command.run(0, folder, "resume", "-n", cluster.namespace(), "nothing");

    // Then
    assertThat(said).contains("nobody worked in it", "nothing is ready");
    assertThat(cluster.exec("nothing", "ls", "/workspace")).contains("kept");
    assertThat(cluster.environment("nothing").get().getSpec().mode()).isNull();
  }

  private static void begin(String name, Runnable work) {
    cluster.await(name, Ready, True);
    STAYING.put(name, cluster.pod(name).get().getMetadata().getUid());
    work.run();
    lastBegun = Instant.now();
  }

  private static void open(String pod, boolean terminal, String... command) {
    var container =
        cluster
            .client()
            .pods()
            .inNamespace(cluster.namespace())
            .withName(pod)
            .inContainer("dev")
            .redirectingInput()
            .writingOutput(new ByteArrayOutputStream());
    OPEN.put(pod, terminal ? container.withTTY().exec(command) : container.exec(command));
  }

  private static void create(
      String name, Idle idle, Expiry expiry, Debug.Mode debug, Map<String, String> annotations) {
    GoDevEnvironment environment = cluster.sample("hello-files.yaml");
    environment.getMetadata().setName(name);
    environment.getMetadata().setAnnotations(annotations);
    var spec = environment.getSpec();
    Map<String, String> files = new HashMap<>(spec.source().files());
    files.put("main_test.go", LONG_TEST);
    environment.setSpec(
        new GoDevEnvironmentSpec(
            null,
            null,
            Source.of(files),
            spec.go(),
            spec.run(),
            null,
            new Debug(debug, null),
            null,
            null,
            // all of them on one node
            new Resources(new Resources.Amounts(new Quantity("20m"), new Quantity("64Mi")), null),
            null,
            null,
            idle,
            expiry,
            null));
    cluster.create(cluster.warm(environment));
  }
}
