package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two replicas: one works, the other takes over. */
class HighAvailabilityIT {
  private static final String OPERATORS = "godev-system";
  // nobody waits for the lease's end after an orderly stop: two periods and a start
  private static final Duration HANDOVER = Duration.ofSeconds(20);

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-availability");

  @AfterEach
  void oneReplica() {
    scale(1);
  }

  @Test
  void theOtherReplicaTakesOverFromOneThatStopsAndOnlyOneWritesAtATime() {
    // Given
    cluster.create(cluster.warm(cluster.sample("hello-files.yaml")));
    cluster.await("hello", Ready, True);
    scale(2);
    var first = holder();
    assertThat(replicas()).hasSize(2).anyMatch(pod -> name(pod).equals(first));

    // When
    var stopped = Instant.now();
    cluster.client().pods().inNamespace(OPERATORS).withName(first).delete();
    cluster.edit("hello", "{\"spec\": {\"run\": {\"args\": [\"-again\"]}}}");
    cluster.awaitThat(
        "another replica leads", HANDOVER, () -> assertThat(holder()).isNotEqualTo(first));
    var second = holder();
    cluster.awaitThat(
        "the change is taken up",
        HANDOVER,
        () ->
            assertThat(cluster.environment("hello").get().getStatus().observedGeneration())
                .isEqualTo(2));
    System.out.printf(
        "handed over and at work after %d s%n",
        Duration.between(stopped, Instant.now()).toSeconds());
    cluster.await("hello", Ready, True);

    // Then
    var writers =
        new AuditLog()
            .writes(cluster.namespace(), stopped).stream().map(AuditLog.Request::pod).toList();
    assertThat(writers).contains(second);
    assertThat(writers.subList(writers.indexOf(second), writers.size())).containsOnly(second);
  }

  private static void scale(int replicas) {
    cluster
        .client()
        .apps()
        .deployments()
        .inNamespace(OPERATORS)
        .withName("godev-operator")
        .scale(replicas);
    cluster.awaitThat(
        replicas + " replicas are ready",
        Duration.ofSeconds(60),
        () ->
            assertThat(replicas())
                .hasSize(replicas)
                .allMatch(
                    pod ->
                        pod.getMetadata().getDeletionTimestamp() == null
                            && pod.getStatus().getConditions().stream()
                                .anyMatch(
                                    c ->
                                        c.getType().equals("Ready")
                                            && c.getStatus().equals("True"))));
  }

  private static List<Pod> replicas() {
    return cluster
        .client()
        .pods()
        .inNamespace(OPERATORS)
        .withLabel("app.kubernetes.io/component", "operator")
        .list()
        .getItems();
  }

  private static String holder() {
    return cluster
        .client()
        .resources(Lease.class)
        .inNamespace(OPERATORS)
        .withName("godev-operator")
        .get()
        .getSpec()
        .getHolderIdentity();
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getName();
  }
}
