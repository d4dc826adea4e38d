package io.godev.reconcile;

import static io.godev.reconcile.Answers.CLOCK;
import static io.godev.reconcile.Answers.PODS;
import static io.godev.reconcile.Answers.POLICIES;
import static io.godev.reconcile.Answers.everything;
import static io.godev.reconcile.Answers.requests;
import static io.godev.reconcile.Answers.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.assess.Observation;
import io.godev.plan.EnvironmentPlan;
import io.godev.plan.Environments;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A webhook that changes what the operator writes, seen from the operator. */
@EnableKubernetesMockClient
class InsistenceTest {
  private final EnvironmentPlan plan = Environments.plan("");
  private final Insistence insistence = new Insistence(new KubernetesSerialization());

  KubernetesMockServer server;
  KubernetesClient client;

  private NetworkPolicy insistedOn;

  @BeforeEach
  void theFirstWriteIsAnsweredWithMoreThanWasAskedFor() {
    insistedOn = withEgress(policy(everything(plan)), "5");
    insistedOn.getMetadata().setUid("the-policy");
    server.expect().put().withPath(POLICIES + "/shop").andReturn(200, insistedOn).always();
    apply(plan, seen(withEgress(insistedOn, "4"), running(plan)));
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void theSameIsNotWrittenAgainAndAgain() {
    // Given
    var labelled = withEgress(insistedOn, "9");
    labelled.getMetadata().setLabels(new HashMap<>(labelled.getMetadata().getLabels()));
    labelled.getMetadata().getLabels().put("theirs", "x");

    // When
    apply(plan, seen(insistedOn, running(plan)));
    apply(plan, seen(labelled, running(plan)));

    // Then
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void whatSomebodyEditsIsRepaired() {
    // Given
    var edited = withEgress(insistedOn, "6");
    edited.getSpec().getPodSelector().setMatchLabels(Map.of());

    // When
    apply(plan, seen(edited, running(plan)));

    // Then
    assertThat(requests(server)).hasSize(2).endsWith("PUT " + POLICIES + "/shop");
  }

  @Test
  void anotherPlanIsWritten() {
    // Given
    var open = Environments.plan("run: {ports: [{name: http, containerPort: 80}]}");
    server
        .expect()
        .post()
        .withPath("/api/v1/namespaces/team/services")
        .andReturn(201, new ServiceBuilder().withNewMetadata().endMetadata().build())
        .once();

    // When
    apply(open, seen(insistedOn, running(open)));

    // Then
    assertThat(requests(server)).hasSize(3).endsWith("PUT " + POLICIES + "/shop");
  }

  @Test
  void aPodThatGetsOtherResourcesThanItAskedForIsNotReplacedForThem() {
    // Given
    var adjusted = new PodBuilder(everything(plan).pod()).withStatus(null).build();
    adjusted.getMetadata().setUid("the-pod");
    adjusted
        .getSpec()
        .getContainers()
        .get(0)
        .getResources()
        .setRequests(Map.of("cpu", new Quantity("2"), "memory", new Quantity("1Gi")));
    server.expect().post().withPath(PODS).andReturn(201, adjusted).always();
    apply(plan, seen(insistedOn, null));
    assertThat(server.getRequestCount()).isEqualTo(2);

    // When
    var after = apply(plan, seen(insistedOn, adjusted));

    // Then
    assertThat(requests(server)).containsExactly("PUT " + POLICIES + "/shop", "POST " + PODS);
    assertThat(after.pod()).isEqualTo(adjusted);
    assertThat(after.pending()).isEmpty();
  }

  private Observation apply(EnvironmentPlan plan, Observation seen) {
    return new Applier(client, plan, Answers.CURRENT, created -> {}, insistence)
        .apply(seen, new PodApplier(client, CLOCK, insistence, new Rehearsals(client, CLOCK)));
  }

  private Observation seen(NetworkPolicy policy, Pod pod) {
    var objects =
        everything(plan).objects().stream()
            .<HasMetadata>map(object -> object instanceof NetworkPolicy ? policy : object)
            .toList();
    return new Observation(pod, objects, List.of(), List.of());
  }

  private static NetworkPolicy policy(Observation seen) {
    return seen.objects().stream()
        .filter(NetworkPolicy.class::isInstance)
        .map(NetworkPolicy.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static NetworkPolicy withEgress(NetworkPolicy policy, String version) {
    return new NetworkPolicyBuilder(policy)
        .editMetadata()
        .withResourceVersion(version)
        .endMetadata()
        .editSpec()
        .withPolicyTypes("Ingress", "Egress")
        .endSpec()
        .build();
  }
}
