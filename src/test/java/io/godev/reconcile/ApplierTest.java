package io.godev.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.godev.assess.Observation;
import io.godev.assess.Obstacle;
import io.godev.plan.EnvironmentPlan;
import io.godev.plan.Environments;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the applier does with each answer of the API server. */
@EnableKubernetesMockClient
class ApplierTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);
  private static final String CLAIMS = "/api/v1/namespaces/team/persistentvolumeclaims";
  private static final String POLICIES =
      "/apis/networking.k8s.io/v1/namespaces/team/networkpolicies";
  private static final String PODS = "/api/v1/namespaces/team/pods";

  private final EnvironmentPlan plan = Environments.plan("");
  private final List<HasMetadata> remembered = new ArrayList<>();

  KubernetesMockServer server;
  KubernetesClient client;

  @Test
  void whatIsMissingIsCreatedAndRemembered() {
    // Given
    creates(CLAIMS, plan.objects().get(0));
    creates(CLAIMS, plan.objects().get(1));
    creates(POLICIES, plan.objects().get(2));
    creates(PODS, plan.pod());

    // When
    var after = apply(nothing());

    // Then
    assertThat(after.objects()).hasSize(3);
    assertThat(after.pod()).isNotNull();
    assertThat(after.obstacles()).isEmpty();
    assertThat(remembered).hasSize(4);
    assertThat(requests())
        .containsExactly("POST " + CLAIMS, "POST " + CLAIMS, "POST " + POLICIES, "POST " + PODS);
  }

  @Test
  void whatIsAsPlannedCostsNoRequest() {
    // When
    var after = apply(everything());

    // Then
    assertThat(after.objects()).hasSize(3);
    assertThat(requests()).isEmpty();
  }

  @Test
  void anObjectOfSomebodyElseIsAConflictAndIsNotWritten() {
    // Given
    var theirs = copy(plan.objects().get(0));
    theirs.getMetadata().setLabels(Map.of("app", "theirs"));
    server.expect().post().withPath(CLAIMS).andReturn(409, status(409, "already exists")).once();
    server.expect().get().withPath(CLAIMS + "/shop-workspace").andReturn(200, theirs).once();
    creates(CLAIMS, plan.objects().get(1));
    creates(POLICIES, plan.objects().get(2));

    // When
    var after = apply(nothing());

    // Then
    assertThat(after.obstacles())
        .containsExactly(new Obstacle.Conflict("PersistentVolumeClaim", "shop-workspace"));
    // nor is there a pod that would mount it
    assertThat(requests())
        .containsExactly(
            "POST " + CLAIMS,
            "GET " + CLAIMS + "/shop-workspace",
            "POST " + CLAIMS,
            "POST " + POLICIES);
  }

  @Test
  void oneOfOursThatTheCacheDoesNotShowYetIsTaken() {
    // Given
    server.expect().post().withPath(CLAIMS).andReturn(409, status(409, "already exists")).once();
    server
        .expect()
        .get()
        .withPath(CLAIMS + "/shop-workspace")
        .andReturn(200, plan.objects().get(0))
        .once();
    creates(CLAIMS, plan.objects().get(1));
    creates(POLICIES, plan.objects().get(2));
    creates(PODS, plan.pod());

    // When
    var after = apply(nothing());

    // Then
    assertThat(after.obstacles()).isEmpty();
    assertThat(after.pod()).isNotNull();
  }

  @Test
  void aRefusalIsKeptWithItsWordsAndTriedAgain() {
    // Given
    var seen = new Observation(null, everything().objects(), List.of(), List.of());
    server.expect().post().withPath(PODS).andReturn(403, status(403, "exceeded quota: q")).once();
    var applier = new Applier(client, plan, remembered::add);

    // When
    var after = applier.apply(seen, new PodApplier(client, CLOCK));

    // Then
    assertThat(after.obstacles())
        .containsExactly(new Obstacle.Refusal("Pod", "shop", "exceeded quota: q"));
    assertThat(applier.needsAnotherPass()).isTrue();
  }

  @Test
  void aFaultOfTheServerIsThrownForARetry() {
    // Given
    client.getConfiguration().setRequestRetryBackoffLimit(0);
    server.expect().post().withPath(CLAIMS).andReturn(500, status(500, "etcd")).always();

    // Then
    assertThatThrownBy(() -> apply(nothing())).isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void anUpdateThatComesTooLateIsNoError() {
    // Given
    var seen = everything();
    seen.objects().get(2).getMetadata().setLabels(Map.of());
    server
        .expect()
        .put()
        .withPath(POLICIES + "/shop")
        .andReturn(409, status(409, "modified"))
        .once();
    var applier = new Applier(client, plan, remembered::add);

    // When
    var after = applier.apply(seen, new PodApplier(client, CLOCK));

    // Then
    assertThat(after.obstacles()).isEmpty();
    assertThat(applier.needsAnotherPass()).isTrue();
  }

  @Test
  void aVolumeThatCannotGrowKeepsNoPodFromBeingMade() {
    // Given
    var larger = Environments.plan("storage: {cache: {size: 50Gi}}");
    var seen = new Observation(null, everything().objects(), List.of(), List.of());
    server
        .expect()
        .put()
        .withPath(CLAIMS + "/shop-cache")
        .andReturn(403, status(403, "cannot"))
        .once();
    creates(PODS, larger.pod());

    // When
    var after =
        new Applier(client, larger, remembered::add).apply(seen, new PodApplier(client, CLOCK));

    // Then
    assertThat(after.pod()).isNotNull();
    assertThat(after.obstacles())
        .containsExactly(new Obstacle.Refusal("PersistentVolumeClaim", "shop-cache", "cannot"));
  }

  @Test
  void aClaimThatIsPlannedNoMoreIsNeverDeletedAndOtherObjectsAre() {
    // Given
    var before = Environments.plan("run: {ports: [{name: http, containerPort: 80}]}");
    var claim = (PersistentVolumeClaim) copy(plan.objects().get(0));
    claim.getMetadata().setName("shop-old");
    var objects = new ArrayList<>(everything().objects());
    objects.add(claim);
    var service = copy(before.objects().get(2));
    assertThat(service.getKind()).isEqualTo("Service");
    objects.add(service);
    server
        .expect()
        .delete()
        .withPath("/api/v1/namespaces/team/services/shop")
        .andReturn(200, new StatusBuilder().withStatus("Success").build())
        .once();

    // When
    apply(new Observation(everything().pod(), objects, List.of(), List.of()));

    // Then
    assertThat(requests()).containsExactly("DELETE /api/v1/namespaces/team/services/shop");
  }

  @Test
  void aPodThatIsReplacedIsNotShownAsThePodOfTheNewSpec() {
    // Given
    var changed = Environments.plan("run: {args: [-v]}");
    server.expect().delete().withPath(PODS + "/shop").andReturn(200, everything().pod()).once();

    // When
    var after =
        new Applier(client, changed, remembered::add)
            .apply(everything(), new PodApplier(client, CLOCK));

    // Then
    assertThat(after.pod().getMetadata().getDeletionTimestamp()).isNotNull();
    assertThat(requests()).containsExactly("DELETE " + PODS + "/shop");
  }

  private Observation apply(Observation seen) {
    return new Applier(client, plan, remembered::add).apply(seen, new PodApplier(client, CLOCK));
  }

  private static Observation nothing() {
    return new Observation(null, List.of(), List.of(), List.of());
  }

  /** All that is planned, as the API server has it. */
  private Observation everything() {
    var pod = (Pod) copy(plan.pod());
    return new Observation(
        new PodBuilder(pod).withNewStatus().withPhase("Running").endStatus().build(),
        plan.objects().stream().map(ApplierTest::copy).toList(),
        List.of(),
        List.of());
  }

  private static HasMetadata copy(HasMetadata object) {
    var copy = Serialization.clone(object);
    copy.getMetadata().setResourceVersion("1");
    copy.getMetadata().setCreationTimestamp("2026-01-01T11:00:00Z");
    return copy;
  }

  private void creates(String path, HasMetadata object) {
    server.expect().post().withPath(path).andReturn(201, copy(object)).once();
  }

  private static Status status(int code, String message) {
    return new StatusBuilder().withStatus("Failure").withCode(code).withMessage(message).build();
  }

  private List<String> requests() {
    try {
      List<String> requests = new ArrayList<>();
      for (int count = server.getRequestCount(); count > 0; count--) {
        var request = server.takeRequest();
        requests.add(request.getMethod() + " " + request.getPath());
      }
      return requests;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
