package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Built;
import static io.godev.api.v1alpha1.ConditionType.DebuggerReady;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Endpoint;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.api.v1alpha1.RuntimeReport.DebuggerState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Edits of a program under the debugger, in a namespace that enforces restricted; each test goes on
 * from the one before. {@code -Dgodev.edits=100} makes it long.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InnerLoopIT {
  private static final String NAME = "shop";
  private static final int EDITS = Integer.getInteger("godev.edits", 20);
  // of main.go, where the answer is written
  private static final int LINE = 15;

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-inner-loop");

  @TempDir static Path folder;
  private static DelveClient delve;
  private static String pod;

  @Test
  @Order(1)
  void aProgramIsStartedUnderTheDebugger() {
    // When
    cluster.create(cluster.warm(cluster.sample("inner-loop.yaml")));

    // Then
    cluster.await(NAME, Ready, True);
    cluster.await(NAME, DebuggerReady, True);
    assertThat(cluster.get(NAME, "/")).isEqualTo("one");
    assertThat(status().debug().portForward())
        .isEqualTo("kubectl port-forward -n e2e-inner-loop pod/shop 40000:40000");
    assertThat(status().endpoints())
        .extracting(Endpoint::pprof)
        .contains("go tool pprof http://localhost:8080/debug/pprof/profile?seconds=30");
    pod = cluster.pod(NAME).get().getMetadata().getUid();
    delve = new DelveClient(cluster, NAME, folder);
  }

  @Test
  @Order(2)
  void everyEditIsBuiltAndStartedUnderTheDebuggerAndABreakpointIsHit() {
    // Given
    var debugged = Set.of(1, EDITS / 2, EDITS);
    List<Long> millis = new ArrayList<>();

    for (var edit = 1; edit <= EDITS; edit++) {
      // When
      var greeting = "edit " + edit;
      greet(greeting);
      var saved = Instant.now();

      // Then
      answers(greeting);
      millis.add(Duration.between(saved, Instant.now()).toMillis());
      if (debugged.contains(edit)) {
        assertThat(delve.valueAt("main.go:" + LINE, "answer", () -> cluster.get(NAME, "/")))
            .contains("\"" + greeting + "\"");
      }
    }
    reports(report -> report.reloads() != null && report.reloads().count() == EDITS);
    var log = cluster.pod(NAME).inContainer("dev").getLog();
    assertThat(log).doesNotContain("address already in use");
    assertThat(status().runtime().reloads().failed()).isIn(null, 0L);
    theContainerIsTheFirst();
    millis.sort(null);
    System.out.printf(
        "%d edits under the debugger: answered after %d ms (median), %d ms (p95), through the API server's proxy%n",
        EDITS, millis.get(EDITS / 2), millis.get(EDITS * 95 / 100));
  }

  @Test
  @Order(3)
  void aProgramAtABreakpointIsPausedAndNotRestartedBeforeItGoesOn() {
    // When
    delve.valueAt(
        "main.go:" + LINE,
        "answer",
        () -> cluster.get(NAME, "/"),
        () -> {
          reports(report -> report.debugger().state() == DebuggerState.Paused);
          greet("after the breakpoint");
          reports(report -> report.build().state() == RuntimeReport.BuildState.Succeeded);
        });

    // Then
    answers("after the breakpoint");
    reports(report -> report.debugger().state() == DebuggerState.Listening);
  }

  @Test
  @Order(4)
  void whileBuildsFailTheLastProgramAnswersEveryRequestAndTheStatusNamesEachError() {
    for (var failure = 1; failure <= EDITS / 2; failure++) {
      // Given
      var name = "unknown" + failure;

      // When
      try (var load = new Load(cluster.pod(NAME).get(), 8080, 50)) {
        sed("s/answer := .*/answer := " + name + "/");
        var saved = Instant.now();
        cluster.await(
            NAME,
            Built,
            condition ->
                condition.status() == False && condition.message().contains("undefined: " + name));

        // Then
        assertThat(Duration.between(saved, Instant.now())).isLessThan(Duration.ofSeconds(3));
        assertThat(status().build().file()).isEqualTo("main.go");
        assertThat(status().build().line()).isEqualTo(LINE - 1);
        assertThat(cluster.await(NAME, Running, True).reason()).isEqualTo("Started");
        load.awaitAnswers(10);
        assertThat(load.failed()).isEmpty();
      }
      sed("s/answer := .*/answer := greeting/");
      greet("mended " + failure);
      answers("mended " + failure);
    }
    cluster.await(NAME, Ready, True);
    cluster.awaitEvent(NAME, "BuildFailed", List.of("main.go:14", "undefined: unknown1"));
    cluster.awaitEvent(NAME, "Recovered", List.of());
    theContainerIsTheFirst();
  }

  @Test
  @Order(5)
  void aCrashLoopIsToldOnceAndTheNextEditEndsIt() {
    // When
    sed("s/^func main() {/func main() { panic(\\\"on purpose\\\")/");

    // Then
    var crashed =
        cluster.await(
            NAME,
            Running,
            condition -> condition.status() == False && condition.reason().equals("Crashed"));
    assertThat(crashed.message()).contains("exit code 2", "panic: on purpose");
    sed("s/^func main() {.*/func main() {/");
    cluster.await(NAME, Ready, True);
    assertThat(cluster.events(NAME))
        .filteredOn(event -> event.getReason().equals("Crashed"))
        .hasSize(1);
    theContainerIsTheFirst();
  }

  @Test
  @Order(6)
  void aBuildIsToldOfAlthoughTheOperatorWasAwayMeanwhile() {
    // Given
    scaleOperator(0);

    // When
    sed("s/answer := .*/answer := missed/");
    cluster.awaitThat(
        "the build fails",
        Duration.ofSeconds(30),
        () ->
            assertThat(cluster.pod(NAME).inContainer("dev").getLog())
                .contains("undefined: missed"));
    var failed = Instant.now();
    scaleOperator(1);

    // Then
    cluster.await(NAME, Built, condition -> condition.message().contains("undefined: missed"));
    assertThat(Instant.parse(status().build().time())).isBefore(failed);
    sed("s/answer := .*/answer := greeting/");
    cluster.await(NAME, Ready, True);
  }

  private static void greet(String greeting) {
    sed("s/^const greeting = .*/const greeting = \\\"" + greeting + "\\\"/");
  }

  private static void sed(String script) {
    assertThat(cluster.exec(NAME, "sh", "-c", "sed -i \"" + script + "\" main.go")).isEmpty();
  }

  private static void answers(String greeting) {
    try {
      org.awaitility.Awaitility.await()
          .atMost(30, TimeUnit.SECONDS)
          .pollInterval(Duration.ofMillis(20))
          .ignoreExceptions()
          .until(() -> cluster.get(NAME, "/").equals(greeting));
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError("the program does not answer " + greeting, e);
    }
  }

  private static void reports(java.util.function.Predicate<RuntimeReport> wanted) {
    cluster.awaitEnvironment(
        NAME,
        Duration.ofSeconds(30),
        environment ->
            environment.getStatus().runtime() != null
                && wanted.test(environment.getStatus().runtime()));
  }

  private static void theContainerIsTheFirst() {
    var now = cluster.pod(NAME).get();
    assertThat(now.getMetadata().getUid()).isEqualTo(pod);
    assertThat(now.getStatus().getContainerStatuses().get(0).getRestartCount()).isZero();
  }

  private static void scaleOperator(int replicas) {
    var deployment =
        cluster
            .client()
            .apps()
            .deployments()
            .inNamespace("godev-system")
            .withName("godev-operator");
    deployment.scale(replicas);
    cluster.awaitThat(
        replicas + " operators",
        Duration.ofMinutes(1),
        () ->
            assertThat(
                    cluster
                        .client()
                        .pods()
                        .inNamespace("godev-system")
                        .withLabel("app.kubernetes.io/component", "operator")
                        .list()
                        .getItems())
                .filteredOn(InnerLoopIT::isReady)
                .hasSize(replicas));
  }

  private static boolean isReady(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    condition.getType().equals("Ready") && condition.getStatus().equals("True"));
  }

  private static io.godev.api.v1alpha1.GoDevEnvironmentStatus status() {
    GoDevEnvironment environment = cluster.environment(NAME).get();
    return environment.getStatus();
  }
}
