package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.DebuggerReady;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.Reload;
import io.godev.api.v1alpha1.Run;
import io.godev.api.v1alpha1.RuntimeReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who may report what, from inside a pod; and what else is asked of and told by a runtime without a
 * debugger, whose files are looked at instead of watched.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReportsIT {
  private static final String NAME = "hello";
  private static final String OTHER = "other";
  private static final String CURL =
      "curl -s -o /tmp/answer -w '%{http_code} ' --cacert /etc/godev/requests/report-ca "
          + "-H \"Authorization: Bearer $TOKEN\" "
          + "https://godev-operator.godev-system.svc:8443/v1/report";

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-reports");

  @TempDir static Path folder;

  @BeforeAll
  static void twoEnvironments() {
    for (var name : new String[] {NAME, OTHER}) {
      var environment = cluster.sample("hello-files.yaml");
      environment.getMetadata().setName(name);
      cluster.create(polled(environment, name.equals(OTHER)));
    }
    cluster.await(NAME, Ready, True);
    cluster.await(OTHER, Ready, True);
  }

  @Test
  @Order(1)
  void thatFilesAreLookedAtIsShown() {
    // When
    assertThat(cluster.exec(NAME, "sed", "-i", "s/Hello/Howdy/", "greeting/greeting.go")).isEmpty();

    // Then
    cluster.awaitThat(
        "the change is served",
        Duration.ofSeconds(60),
        () -> assertThat(cluster.get(NAME, "/")).startsWith("Howdy"));
    cluster.awaitEnvironment(
        NAME,
        Duration.ofSeconds(30),
        environment ->
            reloads(environment) == 1
                && environment.getStatus().runtime().watch().method() == RuntimeReport.Method.Poll);
  }

  @Test
  @Order(2)
  void aTokenThatIsForgedOrForAnotherAudienceIsRefused() {
    assertThat(post("forged", "{\\\"sequence\\\": 1}")).isEqualTo("401");
    assertThat(post("", "{\\\"sequence\\\": 1}")).isEqualTo("401");
  }

  @Test
  @Order(3)
  void aReportThatIsSentAgainIsRefused() {
    // Given
    var last = cluster.environment(NAME).get().getStatus().runtime().sequence();

    // Then
    assertThat(post("$(cat /etc/godev/report/token)", "{\\\"sequence\\\": " + last + "}"))
        .isEqualTo("409");
    assertThat(reloads(cluster.environment(NAME).get())).isOne();
  }

  @Test
  @Order(4)
  void anotherPodsTokenSpeaksForThatPodAlone() {
    // Given
    var before = cluster.environment(NAME).get().getStatus();
    var foreign = cluster.exec(OTHER, "cat", "/etc/godev/report/token").strip();

    // When
    var code =
        post(
            foreign,
            "{\\\"sequence\\\": 9999999999999, \\\"program\\\": {\\\"state\\\": \\\"Failed\\\"}}");

    // Then
    assertThat(code).isEqualTo("204");
    assertThat(cluster.environment(NAME).get().getStatus()).isEqualTo(before);
    assertThat(cluster.environment(OTHER).get().getStatus().runtime().podUid())
        .isEqualTo(cluster.pod(OTHER).get().getMetadata().getUid());
  }

  @Test
  @Order(5)
  void aMebibyteAndAFloodAreRefusedAndNothingElseSuffers() {
    // When
    var large =
        cluster.exec(
            NAME,
            "sh",
            "-c",
            "TOKEN=$(cat /etc/godev/report/token); head -c 1048576 /dev/zero >/tmp/large; "
                + CURL
                + " --data-binary @/tmp/large");
    var flood =
        cluster.exec(
            NAME, "sh", "-c", "TOKEN=forged; " + CURL + "'?[1-1000]' -d '{\"sequence\": 1}'");

    // Then
    assertThat(large.strip()).isEqualTo("413");
    assertThat(flood.split(" ")).hasSize(1000);
    assertThat(flood.split(" ")).filteredOn("429"::equals).hasSizeGreaterThan(800);
    assertThat(flood.split(" ")).allMatch(code -> code.equals("429") || code.equals("401"));
    assertThat(cluster.exec(OTHER, "sed", "-i", "s/Hello/Servus/", "greeting/greeting.go"))
        .isEmpty();
    cluster.awaitThat(
        "another environment's change is told of",
        Duration.ofSeconds(60),
        () -> assertThat(cluster.get(OTHER, "/")).startsWith("Servus"));
  }

  @Test
  @Order(6)
  void aProgramWithCoverageCountersLeavesItsData() {
    assertThat(cluster.exec(OTHER, "ls", "/cache/coverage")).startsWith("covmeta.");
  }

  @Test
  @Order(7)
  void aDebuggerIsAttachedToTheProgramThatRunsAndLetsGoOfIt() throws java.io.IOException {
    // Given
    var container = cluster.pod(NAME).get().getStatus().getContainerStatuses().get(0);
    var yama = Path.of("/proc/sys/kernel/yama/ptrace_scope");
    var scope = Files.exists(yama) ? Integer.parseInt(Files.readString(yama).strip()) : 0;

    // When
    cluster.edit(NAME, "{\"metadata\": {\"annotations\": {\"godev.io/debug\": \"attach\"}}}");

    // Then
    if (scope > 1) {
      cluster.await(NAME, DebuggerReady, condition -> condition.reason().equals("PtraceForbidden"));
    } else {
      cluster.await(NAME, DebuggerReady, True);
      assertThat(cluster.environment(NAME).get().getStatus().debug().portForward())
          .endsWith("pod/hello 40000:40000");
      var client = new DelveClient(cluster, NAME, folder);
      assertThat(
              client.valueAt("example.com/hello/greeting.For", "1+1", () -> cluster.get(NAME, "/")))
          .contains("(dlv) 2\n");
    }
    cluster.edit(NAME, "{\"metadata\": {\"annotations\": {\"godev.io/debug\": null}}}");
    cluster.awaitEnvironment(
        NAME,
        Duration.ofSeconds(30),
        environment -> Cluster.condition(environment, DebuggerReady) == null);
    assertThat(cluster.get(NAME, "/")).startsWith("Howdy");
    assertThat(cluster.pod(NAME).get().getStatus().getContainerStatuses().get(0).getContainerID())
        .isEqualTo(container.getContainerID());
  }

  private static long reloads(GoDevEnvironment environment) {
    var report = environment.getStatus().runtime();
    return report == null || report.reloads() == null ? 0 : report.reloads().count();
  }

  private static GoDevEnvironment polled(GoDevEnvironment environment, boolean covered) {
    var spec = environment.getSpec();
    var run = spec.run();
    environment.setSpec(
        new GoDevEnvironmentSpec(
            spec.mode(),
            spec.profile(),
            spec.source(),
            spec.go(),
            new Run(
                run.mainPackage(),
                run.args(),
                run.env(),
                run.ports(),
                run.readiness(),
                covered ? Run.Instrument.Coverage : null),
            new Reload(Reload.Mode.OnChange, Reload.Watch.Poll, null, null),
            spec.debug(),
            spec.profiling(),
            spec.proxy(),
            spec.resources(),
            spec.securityContext(),
            spec.storage(),
            spec.idle(),
            spec.expiry(),
            spec.deletionProtection()));
    return environment;
  }

  // from inside the pod: its resolver, its network, the authority it was told to trust
  private static String post(String token, String body) {
    return cluster
        .exec(NAME, "sh", "-c", "TOKEN=\"" + token + "\"; " + CURL + " -d \"" + body + "\"")
        .strip();
  }
}
