package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Accepted;
import static io.godev.api.v1alpha1.ConditionType.QuotaAvailable;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a namespace leaves room for. That what cannot be made is told, and made once it can be, is
 * in the failure table; here is what becomes of a pod that runs.
 */
class PreflightIT {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration NEXT_TRY = Duration.ofSeconds(40);

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-preflight");

  @Test
  void aPodThatRunsIsKeptWhileItsReplacementWouldBeRefusedAndReplacedOnceItIsNot() {
    cluster.inNamespace("e2e-preflight-kept", PreflightIT::keeps);
  }

  private static void keeps(Cluster own) {
    // Given
    own.create(environment());
    own.await("room", Ready, True);
    var before = own.pod("room").get();
    var service = own.client().services().inNamespace(own.namespace()).withName("room").get();
    quota(own, "team", Map.of("limits.cpu", "1", "limits.memory", "512Mi"));

    // When
    var changed = Instant.now();
    own.edit(
        "room",
        "{\"spec\":{\"run\":{\"args\":[\"-v\"],\"ports\":[{\"name\":\"http\",\"containerPort\":9090,\"expose\":\"Cluster\"}]}}}");

    // Then
    var accepted = own.await("room", Accepted, False);
    System.out.printf(
        "told after %d ms: %s%n",
        Duration.between(changed, Instant.now()).toMillis(), accepted.message());
    assertThat(Duration.between(changed, Instant.now())).isLessThan(SOON);
    assertThat(accepted.reason()).isEqualTo("QuotaExceeded");
    assertThat(accepted.message())
        .contains("limits.cpu by 1 (2 asked for, 1 left)")
        .contains("limits.memory by 512Mi (1Gi asked for, 512Mi left)")
        .endsWith("The last accepted spec (generation 1) stays in force.");
    assertThat(own.await("room", QuotaAvailable, False).reason()).isEqualTo("QuotaExceeded");
    own.awaitEvent("room", "QuotaExceeded", List.of("limits.cpu by 1"));
    assertThat(own.await("room", Running, True).reason()).isEqualTo("Started");
    assertThat(uid(own.pod("room").get())).isEqualTo(uid(before));
    assertThat(own.client().resource(service).get().getMetadata().getResourceVersion())
        .isEqualTo(service.getMetadata().getResourceVersion());

    // When: it is taken back
    own.edit(
        "room",
        "{\"spec\":{\"run\":{\"args\":null,\"ports\":[{\"name\":\"http\",\"containerPort\":8080}]}}}");

    // Then
    own.await("room", Accepted, True);
    own.await("room", Ready, True);
    assertThat(own.await("room", QuotaAvailable, True).reason()).isEqualTo("Succeeded");

    // When: a restart is no other
    annotate(own, "{\"metadata\":{\"annotations\":{\"godev.io/restart\":\"1\"}}}");

    // Then
    assertThat(own.await("room", Accepted, False).message())
        .startsWith("metadata.annotations[godev.io/restart]: the pod that runs is kept");
    assertThat(uid(own.pod("room").get())).isEqualTo(uid(before));

    // When
    var raised = Instant.now();
    quota(own, "team", Map.of("limits.cpu", "2", "limits.memory", "1Gi"));

    // Then
    own.awaitThat(
        "the pod is replaced",
        NEXT_TRY,
        () -> {
          var pod = own.pod("room").get();
          assertThat(pod == null ? "gone" : uid(pod)).isNotEqualTo(uid(before));
        });
    System.out.printf(
        "the pod that was kept is replaced %d s after the quota was raised%n",
        Duration.between(raised, Instant.now()).toSeconds());
    own.await("room", Accepted, True);
    own.await("room", Ready, True);
    own.await("room", QuotaAvailable, True);
  }

  @Test
  void aQuotaThatThePodFillsLetsItBeReplacedAtOnce() {
    cluster.inNamespace("e2e-preflight-full", PreflightIT::fillsAndIsReplaced);
  }

  private static void fillsAndIsReplaced(Cluster own) {
    // Given
    quota(own, "objects", Map.of("pods", "1", "persistentvolumeclaims", "2"));
    quota(own, "compute", Map.of("limits.cpu", "2", "limits.memory", "1Gi"));
    own.create(environment());
    own.await("room", Ready, True);
    var before = own.pod("room").get();

    // When
    var changed = Instant.now();
    own.edit("room", "{\"spec\":{\"run\":{\"args\":[\"-v\"]}}}");

    // Then
    own.await("room", Ready, True);
    assertThat(uid(own.pod("room").get())).isNotEqualTo(uid(before));
    var gone =
        own.events("room").stream().map(event -> event.getReason() + ": " + event.getMessage());
    System.out.printf(
        "replaced within a full quota after %d s, events %s%n",
        Duration.between(changed, Instant.now()).toSeconds(), gone.toList());
  }

  @Test
  void whatALimitRangeAddsToThePodIsNoReasonToTouchIt() {
    cluster.inNamespace("e2e-preflight-added", PreflightIT::isLeftAlone);
  }

  private static void isLeftAlone(Cluster own) {
    // Given
    own.client()
        .resource(
            own.client()
                .getKubernetesSerialization()
                .unmarshal(
                    """
                    apiVersion: v1
                    kind: LimitRange
                    metadata: {name: defaults}
                    spec:
                      limits:
                      - type: Container
                        default: {cpu: 100m, memory: 100Mi, ephemeral-storage: 3Gi}
                        defaultRequest: {cpu: 100m, memory: 100Mi, ephemeral-storage: 100Mi}
                    """,
                    LimitRange.class))
        .inNamespace(own.namespace())
        .create();

    // When
    own.create(environment());
    own.await("room", Ready, True);

    // Then
    var pod = own.pod("room").get();
    var limits = pod.getSpec().getContainers().get(0).getResources().getLimits();
    assertThat(limits.keySet()).isEqualTo(Set.of("cpu", "memory", "ephemeral-storage"));
    assertThat(limits.get("cpu")).isEqualTo(new Quantity("2"));
    own.await("room", QuotaAvailable, True);

    // When: it is noted on the pod, and compared
    var settled = Instant.now();
    own.edit("room", "{\"spec\":{\"go\":{\"modules\":{\"lock\":\"ReadOnly\"}}}}");
    own.await("room", Ready, True);

    // Then
    assertThat(uid(own.pod("room").get())).isEqualTo(uid(pod));
    assertThat(new AuditLog().writes(own.namespace(), settled))
        .noneMatch(request -> Set.of("create", "delete").contains(request.verb()))
        .noneMatch(request -> request.resource().equals("pods/resize"));
  }

  private static GoDevEnvironment environment() {
    var environment = cluster.sample("hello-files.yaml");
    environment.getMetadata().setName("room");
    return cluster.warm(environment);
  }

  private static void annotate(Cluster own, String patch) {
    own.environment("room").patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private static void quota(Cluster own, String name, Map<String, String> hard) {
    var quota =
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .build();
    hard.forEach((key, amount) -> quota.getSpec().getHard().put(key, new Quantity(amount)));
    own.client().resource(quota).inNamespace(own.namespace()).serverSideApply();
    // admission goes by the status, which a controller fills in
    own.awaitThat(
        "the quota is in force",
        Duration.ofSeconds(20),
        () ->
            assertThat(
                    own.client()
                        .resources(ResourceQuota.class)
                        .inNamespace(own.namespace())
                        .withName(name)
                        .get()
                        .getStatus()
                        .getHard())
                .isEqualTo(quota.getSpec().getHard()));
  }

  private static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }
}
