package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.godev.api.v1alpha1.GoDevEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator itself: what it costs, what it may, and that it leaves settled things alone. */
class OperatorIT {
  private static final String OPERATOR = "system:serviceaccount:godev-system:godev-operator";
  private static final Duration STEADY = Duration.ofSeconds(120);

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-operator");

  @Test
  void creationIsCountedAndASettledEnvironmentCostsNoWriteNorDoesARestart() {
    // Given
    var start = Instant.now();
    var audit = new AuditLog();
    cluster.create(cluster.warm(cluster.sample("hello-files.yaml")));
    cluster.await("hello", Ready, True);
    var created = audit.writes(cluster.namespace(), start);
    System.out.println("writes of a creation: " + created);
    // two claims, ConfigMap, Service, NetworkPolicy, pod
    assertThat(created.stream().filter(request -> request.verb().equals("create"))).hasSize(6);
    assertThat(created.stream().filter(request -> request.resource().endsWith("/status")).count())
        .isBetween(2L, 3L);
    assertThat(created).hasSizeLessThanOrEqualTo(6 + 3);
    assertThat(audit.reads(cluster.namespace(), start)).isEmpty();

    // When
    var settled = Instant.now();
    var operator = restartTheOperator();
    assertSmallAndReadySoon(operator);
    assertStartedFromItsAheadOfTimeCache(operator);
    waitUntil(settled.plus(STEADY));

    // Then
    var writes = audit.writes(cluster.namespace(), settled);
    System.out.printf(
        "writes in %d s with a restart of the operator: %d%n", STEADY.toSeconds(), writes.size());
    assertThat(writes).isEmpty();
  }

  @Test
  void whatPrometheusReadsIsThere() throws IOException {
    // Given
    cluster.create(named("measured"));
    cluster.await("measured", Ready, True);

    // When
    var metrics =
        cluster
            .client()
            .raw(
                "/api/v1/namespaces/godev-system/pods/%s:8080/proxy/q/metrics"
                    .formatted(operator().getMetadata().getName()));

    // Then
    assertThat(metrics)
        .contains("godev_leading 1.0")
        .contains("godev_environments{ready=\"True\"")
        .contains("godev_startup_seconds_count{phase=\"total\"")
        .contains("godev_builds_total{result=\"succeeded\"")
        .contains("method=\"POST\",resource=\"pods\"")
        .contains("jvm_memory_used_bytes{area=\"heap\"")
        .contains("jvm_memory_max_bytes{area=\"heap\"");
    var documented =
        Pattern.compile("^\\| `(\\w+)`", Pattern.MULTILINE)
            .matcher(Files.readString(Path.of("docs/reference/metrics.md")))
            .results()
            .map(match -> match.group(1));
    // which is there once there was one
    assertThat(documented.filter(name -> !name.equals("godev_reconciliation_errors_total")))
        .allSatisfy(name -> assertThat(metrics).contains("\n" + name));
  }

  @Test
  void theOperatorMayNotReadSecretsNorWriteSpecsNorDeleteVolumes() {
    assertThat(may("list", "", "secrets")).isFalse();
    assertThat(may("get", "", "secrets")).isFalse();
    assertThat(may("delete", "", "persistentvolumeclaims")).isFalse();
    assertThat(may("patch", "godev.io", "godevenvironments")).isFalse();
    // update is for members of a fleet: FleetIT looks at whose it writes
    assertThat(may("update", "godev.io", "godevfleets")).isFalse();
    assertThat(may("update", "godev.io", "godevprofiles")).isFalse();
    assertThat(may("create", "", "pods/exec")).isFalse();
    assertThat(may("create", "rbac.authorization.k8s.io", "rolebindings")).isFalse();
    // the question is asked rightly: this one it may
    assertThat(may("create", "", "pods")).isTrue();
  }

  private static void assertSmallAndReadySoon(Pod pod) {
    var container = pod.getSpec().getContainers().get(0);
    var limit = container.getResources().getLimits().get("memory");
    var started = Instant.parse(pod.getStatus().getStartTime());
    var ready =
        pod.getStatus().getConditions().stream()
            .filter(condition -> condition.getType().equals("Ready"))
            .map(condition -> Instant.parse(condition.getLastTransitionTime()))
            .findFirst()
            .orElseThrow();
    System.out.printf(
        "the operator: memory limit %s, ready after %d s%n",
        limit, Duration.between(started, ready).toSeconds());
    assertThat(limit.getNumericalAmount().longValue()).isLessThanOrEqualTo(384L << 20);
    assertThat(Duration.between(started, ready)).isLessThanOrEqualTo(Duration.ofSeconds(15));
  }

  // where the cache does not fit, the Java virtual machine says so and goes on without it
  private static void assertStartedFromItsAheadOfTimeCache(Pod pod) {
    var log =
        cluster
            .client()
            .pods()
            .inNamespace("godev-system")
            .withName(pod.getMetadata().getName())
            .getLog();
    assertThat(log).contains("started in").doesNotContain("[aot]");
  }

  private static boolean may(String verb, String group, String resource) {
    var parts = resource.split("/");
    return cluster
        .client()
        .resource(
            new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(OPERATOR)
                .withNewResourceAttributes()
                .withNamespace(cluster.namespace())
                .withVerb(verb)
                .withGroup(group)
                .withResource(parts[0])
                .withSubresource(parts.length > 1 ? parts[1] : null)
                .endResourceAttributes()
                .endSpec()
                .build())
        .create()
        .getStatus()
        .getAllowed();
  }

  private static GoDevEnvironment named(String name) {
    var environment = cluster.sample("hello-files.yaml");
    environment.getMetadata().setName(name);
    return cluster.warm(environment);
  }

  // the one that leads: after an installation the previous one may still be on its way out
  private static Pod operator() {
    var leader =
        cluster
            .client()
            .leases()
            .inNamespace("godev-system")
            .withName("godev-operator")
            .get()
            .getSpec()
            .getHolderIdentity();
    return cluster.client().pods().inNamespace("godev-system").withName(leader).get();
  }

  private static Pod restartTheOperator() {
    var pods =
        cluster
            .client()
            .pods()
            .inNamespace("godev-system")
            .withLabel("app.kubernetes.io/component", "operator");
    var before = operator();
    cluster.client().resource(before).delete();
    return pods.waitUntilCondition(
        pod ->
            pod != null
                && !pod.getMetadata().getUid().equals(before.getMetadata().getUid())
                && pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus().getConditions().stream()
                    .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True")),
        90,
        TimeUnit.SECONDS);
  }

  // a time that has to pass is not a sleep instead of a condition: the guarantee speaks of it
  private static void waitUntil(Instant end) {
    cluster.awaitThat(
        "the steady time is over",
        STEADY.plusSeconds(10),
        () -> assertThat(Instant.now()).isAfter(end));
  }
}
