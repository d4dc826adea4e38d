package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.PendingRestart;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The life of one environment, from its creation to its deletion; each test goes on from the one
 * before.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LifecycleIT {
  private static final String NAME = "httpbin";

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-lifecycle");

  private static final Instant START = Instant.now();

  private static Double firstStart;

  @Test
  @Order(1)
  void aPublicModuleIsBuiltAndServes() {
    // When
    cluster.create(cluster.sample("public-module.yaml"));

    // Then
    cluster.await(NAME, Ready, True);
    assertThat(cluster.get(NAME, "/get")).contains("\"Host\"");
    var status = cluster.environment(NAME).get().getStatus();
    assertThat(status.startup().build()).isPositive();
    assertThat(status.startup().total()).isGreaterThanOrEqualTo(status.startup().build());
    assertThat(status.build().mainPackage()).isEqualTo("./cmd/go-httpbin");
    assertThat(status.endpoints())
        .singleElement()
        .satisfies(
            endpoint -> {
              assertThat(endpoint.url()).isEqualTo("http://httpbin.e2e-lifecycle.svc:8080");
              assertThat(endpoint.portForward())
                  .isEqualTo("kubectl port-forward -n e2e-lifecycle pod/httpbin 8080:8080");
            });
    firstStart = status.startup().total();
  }

  @Test
  @Order(2)
  void theContainerIsRestrictedFromTheInside() {
    // When
    var status = cluster.exec(NAME, "cat", "/proc/self/status");

    // Then
    assertThat(field(status, "Uid")).isEqualTo("1000 1000 1000 1000");
    assertThat(field(status, "Gid")).isEqualTo("3000 3000 3000 3000");
    assertThat(field(status, "Groups").split(" ")).contains("2000");
    assertThat(field(status, "CapEff")).isEqualTo("0000000000000000");
    assertThat(field(status, "CapBnd")).isEqualTo("0000000000000000");
    assertThat(field(status, "NoNewPrivs")).isEqualTo("1");
    assertThat(field(status, "Seccomp")).isEqualTo("2");
    assertThat(cluster.exec(NAME, "touch", "/usr/local/here")).contains("Read-only file system");
    assertThat(cluster.exec(NAME, "touch", "/workspace/here", "/cache/here", "/tmp/here"))
        .isEmpty();
    assertThat(cluster.exec(NAME, "ls", "/var/run/secrets")).contains("No such file");
  }

  @Test
  @Order(3)
  void aChangeOfArgumentsRestartsOnceAndOnlyOnce() {
    // Given
    var before = cluster.pod(NAME).get().getMetadata().getUid();

    // When
    cluster.edit(NAME, "{\"spec\":{\"run\":{\"args\":[\"-max-duration=3s\"]}}}");

    // Then
    cluster.await(NAME, Ready, True);
    var after = cluster.pod(NAME).get();
    assertThat(after.getMetadata().getUid()).isNotEqualTo(before);
    assertThat(program(after).getArgs()).endsWith("--", "-max-duration=3s");
    assertThat(after.getStatus().getContainerStatuses().get(0).getRestartCount()).isZero();
    assertThat(podsCreated()).isEqualTo(2);
  }

  @Test
  @Order(4)
  void memoryIsRaisedWhileTheProgramRuns() {
    // Given
    var before = cluster.pod(NAME).get().getMetadata().getUid();
    assertThat(cluster.exec(NAME, "sh", "-c", "echo $GOMEMLIMIT").strip()).isEqualTo("966367641");

    // When
    cluster.edit(NAME, "{\"spec\":{\"resources\":{\"limits\":{\"memory\":\"2Gi\"}}}}");

    // Then
    cluster.awaitThat(
        "the new limit is in force inside",
        Duration.ofSeconds(60),
        () -> assertThat(limitInside()).isEqualTo("2147483648"));
    var pod = cluster.pod(NAME).get();
    assertThat(pod.getMetadata().getUid()).isEqualTo(before);
    assertThat(pod.getStatus().getContainerStatuses().get(0).getRestartCount()).isZero();
    assertThat(cluster.await(NAME, PendingRestart, True).message())
        .contains("GOMEMLIMIT: 966367641 → 1932735283");
  }

  @Test
  @Order(5)
  void aPodDeletedByHandIsBackInFiveSecondsWithItsVolumes() {
    // Given
    var pod = cluster.pod(NAME).get();
    var claims = claimUids();

    // When
    cluster.pod(NAME).delete();

    // Then
    cluster.pod(NAME).waitUntilCondition(gone -> isAnother(gone, pod), 30, TimeUnit.SECONDS);
    var next = cluster.pod(NAME).get();
    var deleted = Instant.now();
    assertThat(Duration.between(Instant.parse(next.getMetadata().getCreationTimestamp()), deleted))
        .isLessThan(Duration.ofSeconds(5));
    assertThat(claimUids()).isEqualTo(claims);
    cluster.await(NAME, Ready, True);
    assertThat(cluster.await(NAME, PendingRestart, False).reason()).isEqualTo("UpToDate");
    assertThat(cluster.exec(NAME, "sh", "-c", "echo $GOMEMLIMIT").strip()).isEqualTo("1932735283");
    assertThat(cluster.exec(NAME, "ls", "/workspace")).contains("here");
  }

  @Test
  @Order(6)
  void suspendRemovesThePodAndKeepsTheVolumes() {
    // Given
    var claims = claimUids();

    // When
    cluster.edit(NAME, "{\"spec\":{\"mode\":\"Suspended\"}}");

    // Then
    assertThat(cluster.await(NAME, Ready, True).reason()).isEqualTo("Suspended");
    assertThat(cluster.await(NAME, Running, False).reason()).isEqualTo("Suspended");
    assertThat(cluster.pod(NAME).get()).isNull();
    assertThat(claimUids()).isEqualTo(claims);
  }

  @Test
  @Order(7)
  void resumeIsFasterThanTheFirstStart() {
    // When
    cluster.edit(NAME, "{\"spec\":{\"mode\":\"Running\"}}");

    // Then
    cluster.await(NAME, Ready, condition -> condition.reason().equals("Ready"));
    var resumed = cluster.environment(NAME).get().getStatus().startup().total();
    System.out.printf("first start %.1f s, resumed in %.1f s%n", firstStart, resumed);
    assertThat(resumed).isLessThan(firstStart);
  }

  @Test
  @Order(8)
  void aRestartIsAskedForByAnnotation() {
    // Given
    var before = cluster.pod(NAME).get();

    // When
    cluster.edit(NAME, "{\"metadata\":{\"annotations\":{\"godev.io/restart\":\"once\"}}}");

    // Then
    cluster.pod(NAME).waitUntilCondition(pod -> isAnother(pod, before), 60, TimeUnit.SECONDS);
    cluster.await(NAME, Ready, condition -> condition.reason().equals("Ready"));
  }

  @Test
  @Order(9)
  void anUnexposedPortLeavesTheServiceWithoutARestart() {
    // Given
    var before = cluster.pod(NAME).get().getMetadata().getUid();
    assertThat(cluster.client().services().inNamespace(cluster.namespace()).withName(NAME).get())
        .isNotNull();

    // When
    cluster.edit(
        NAME,
        "{\"spec\":{\"run\":{\"ports\":[{\"name\":\"http\",\"containerPort\":8080,\"expose\":\"None\"}]}}}");

    // Then
    cluster
        .client()
        .services()
        .inNamespace(cluster.namespace())
        .withName(NAME)
        .waitUntilCondition(service -> service == null, 30, TimeUnit.SECONDS);
    cluster.await(NAME, Ready, condition -> condition.reason().equals("Ready"));
    assertThat(cluster.pod(NAME).get().getMetadata().getUid()).isEqualTo(before);
  }

  @Test
  @Order(10)
  void deletionLeavesOnlyTheRetainedClaims() {
    // When
    cluster.environment(NAME).delete();

    // Then
    cluster.awaitThat(
        "only the claims are left",
        Duration.ofSeconds(60),
        () ->
            assertThat(children())
                .containsExactlyInAnyOrder(
                    "PersistentVolumeClaim/httpbin-cache",
                    "PersistentVolumeClaim/httpbin-workspace"));
  }

  private static String field(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .findFirst()
        .map(line -> line.substring(name.length() + 1).strip().replaceAll("\\s+", " "))
        .orElse("");
  }

  // cgroup v2, or v1
  private static String limitInside() {
    return cluster
        .exec(
            NAME,
            "sh",
            "-c",
            "cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes")
        .strip();
  }

  private static io.fabric8.kubernetes.api.model.Container program(Pod pod) {
    return pod.getSpec().getContainers().get(0);
  }

  private static boolean isAnother(Pod pod, Pod before) {
    return pod != null && !pod.getMetadata().getUid().equals(before.getMetadata().getUid());
  }

  private static List<String> claimUids() {
    return cluster
        .client()
        .persistentVolumeClaims()
        .inNamespace(cluster.namespace())
        .list()
        .getItems()
        .stream()
        .map(claim -> claim.getMetadata().getUid())
        .sorted()
        .toList();
  }

  private static long podsCreated() {
    return new AuditLog()
        .writes(cluster.namespace(), START).stream()
            .filter(
                request ->
                    request.verb().equals("create")
                        && request.resource().equals("pods")
                        && request.code() == 201
                        && !request.isRehearsal())
            .count();
  }

  private static List<String> children() {
    var client = cluster.client();
    return List.of(
            client.pods().inNamespace(cluster.namespace()).list().getItems(),
            client.services().inNamespace(cluster.namespace()).list().getItems(),
            client
                .configMaps()
                .inNamespace(cluster.namespace())
                .withLabel("godev.io/environment")
                .list()
                .getItems(),
            client
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(cluster.namespace())
                .list()
                .getItems(),
            client
                .<PersistentVolumeClaim>resources(PersistentVolumeClaim.class)
                .inNamespace(cluster.namespace())
                .list()
                .getItems())
        .stream()
        .flatMap(List::stream)
        .map(HasMetadata.class::cast)
        .map(object -> object.getKind() + "/" + object.getMetadata().getName())
        .toList();
  }
}
