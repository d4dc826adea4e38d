package io.godev.reconcile;

import static io.godev.reconcile.Answers.CLAIMS;
import static io.godev.reconcile.Answers.CLOCK;
import static io.godev.reconcile.Answers.PODS;
import static io.godev.reconcile.Answers.POLICIES;
import static io.godev.reconcile.Answers.everything;
import static io.godev.reconcile.Answers.failure;
import static io.godev.reconcile.Answers.nothing;
import static io.godev.reconcile.Answers.objects;
import static io.godev.reconcile.Answers.requests;
import static io.godev.reconcile.Answers.running;
import static io.godev.reconcile.Answers.stored;
import static io.godev.reconcile.Answers.success;
import static io.godev.reconcile.Answers.taken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.godev.assess.Observation;
import io.godev.assess.Obstacle;
import io.godev.plan.EnvironmentPlan;
import io.godev.plan.Environments;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the applier does with each answer of the API server. */
@EnableKubernetesMockClient
class ApplierTest {
  private final EnvironmentPlan plan = Environments.plan("");
  private final List<HasMetadata> remembered = new ArrayList<>();

  KubernetesMockServer server;
  KubernetesClient client;

  private final Insistence insistence = new Insistence(new KubernetesSerialization());

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
    assertThat(requests(server))
        .containsExactly("POST " + CLAIMS, "POST " + CLAIMS, "POST " + POLICIES, "POST " + PODS);
  }

  @Test
  void whatIsAsPlannedCostsNoRequest() {
    // When
    var after = apply(everything(plan));

    // Then
    assertThat(after.objects()).hasSize(3);
    assertThat(requests(server)).isEmpty();
  }

  @Test
  void anObjectOfSomebodyElseIsAConflictAndIsNotWritten() {
    // Given
    var theirs = stored(plan.objects().get(0));
    theirs.getMetadata().setLabels(Map.of("app", "theirs"));
    server.expect().post().withPath(CLAIMS).andReturn(409, failure(409, "already exists")).once();
    server.expect().get().withPath(CLAIMS + "/shop-workspace").andReturn(200, theirs).once();
    creates(CLAIMS, plan.objects().get(1));
    creates(POLICIES, plan.objects().get(2));

    // When
    var after = apply(nothing());

    // Then
    assertThat(after.obstacles())
        .containsExactly(new Obstacle.Conflict("PersistentVolumeClaim", "shop-workspace"));
    // nor is there a pod that would mount it
    assertThat(requests(server))
        .containsExactly(
            "POST " + CLAIMS,
            "GET " + CLAIMS + "/shop-workspace",
            "POST " + CLAIMS,
            "POST " + POLICIES);
  }

  @Test
  void oneOfOursThatTheCacheDoesNotShowYetIsTaken() {
    // Given
    server.expect().post().withPath(CLAIMS).andReturn(409, failure(409, "already exists")).once();
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
  void oneOfOursWhoseLabelsSomebodyTookGetsThemBack() {
    // Given
    var bare = stored(plan.objects().get(2));
    bare.getMetadata().setLabels(Map.of("theirs", "yes"));
    var seen = new Observation(running(plan), objects(plan).subList(0, 2), List.of(), List.of());
    server.expect().post().withPath(POLICIES).andReturn(409, failure(409, "already exists")).once();
    server.expect().get().withPath(POLICIES + "/shop").andReturn(200, bare).once();
    updates(POLICIES + "/shop", plan.objects().get(2));

    // When
    var after = apply(seen);

    // Then
    assertThat(after.obstacles()).isEmpty();
    assertThat(after.objects()).hasSize(3);
    var written = Serialization.unmarshal(Answers.last(server).getUtf8Body(), NetworkPolicy.class);
    assertThat(written.getMetadata().getLabels())
        .containsEntry("theirs", "yes")
        .containsAllEntriesOf(plan.objects().get(2).getMetadata().getLabels());
  }

  @Test
  void aPodOfOursWhoseLabelsSomebodyTookGetsThemBack() {
    // Given
    var bare = running(plan);
    bare.getMetadata().setLabels(Map.of());
    var seen = new Observation(null, objects(plan), List.of(), List.of());
    server.expect().post().withPath(PODS).andReturn(409, failure(409, "already exists")).once();
    server.expect().get().withPath(PODS + "/shop").andReturn(200, bare).once();
    server.expect().patch().withPath(PODS + "/shop").andReturn(200, running(plan)).once();

    // When
    var after = apply(seen);

    // Then
    assertThat(after.obstacles()).isEmpty();
    assertThat(after.pod()).isEqualTo(running(plan));
    assertThat(Answers.last(server).getUtf8Body())
        .isEqualTo(
            "{\"metadata\":{\"labels\":%s}}"
                .formatted(Serialization.asJson(plan.pod().getMetadata().getLabels())));
  }

  @Test
  void aRefusalIsKeptWithItsWordsAndTriedAgain() {
    // Given
    var seen = new Observation(null, everything(plan).objects(), List.of(), List.of());
    server.expect().post().withPath(PODS).andReturn(403, failure(403, "exceeded quota: q")).once();
    var applier = new Applier(client, plan, Answers.CURRENT, remembered::add, insistence);

    // When
    var after =
        applier.apply(
            seen, new PodApplier(client, CLOCK, insistence, new Rehearsals(client, CLOCK)));

    // Then
    assertThat(after.obstacles())
        .containsExactly(new Obstacle.Refusal("Pod", "shop", "exceeded quota: q"));
    assertThat(applier.nextPass()).hasSeconds(15);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pods \"shop\" is forbidden: status unknown for quota: team, resources: limits.cpu",
        "pods \"shop\" is forbidden: error looking up service account team/default: serviceaccount"
            + " \"default\" not found",
      })
  void whatANewNamespaceLacksForAMomentIsNoRefusalAndIsTriedAgainSoon(String message) {
    // Given
    var seen = new Observation(null, everything(plan).objects(), List.of(), List.of());
    server.expect().post().withPath(PODS).andReturn(403, failure(403, message)).once();
    var applier = new Applier(client, plan, Answers.CURRENT, remembered::add, insistence);

    // When
    var after =
        applier.apply(
            seen, new PodApplier(client, CLOCK, insistence, new Rehearsals(client, CLOCK)));

    // Then
    assertThat(after.obstacles()).isEmpty();
    assertThat(applier.nextPass()).hasSeconds(1);
  }

  @Test
  void aFaultOfTheServerIsThrownForARetry() {
    // Given
    client.getConfiguration().setRequestRetryBackoffLimit(0);
    server.expect().post().withPath(CLAIMS).andReturn(500, failure(500, "etcd")).always();

    // Then
    assertThatThrownBy(() -> apply(nothing())).isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void anUpdateThatComesTooLateIsNoError() {
    // Given
    var seen = everything(plan);
    seen.objects().get(2).getMetadata().setLabels(Map.of());
    server
        .expect()
        .put()
        .withPath(POLICIES + "/shop")
        .andReturn(409, failure(409, "modified"))
        .once();
    var applier = new Applier(client, plan, Answers.CURRENT, remembered::add, insistence);

    // When
    var after =
        applier.apply(
            seen, new PodApplier(client, CLOCK, insistence, new Rehearsals(client, CLOCK)));

    // Then
    assertThat(after.obstacles()).isEmpty();
    assertThat(applier.nextPass()).hasSeconds(1);
  }

  @Test
  void aVolumeThatCannotGrowKeepsNoPodFromBeingMade() {
    // Given
    var larger = Environments.plan("storage: {cache: {size: 50Gi}}");
    var seen = new Observation(null, everything(plan).objects(), List.of(), List.of());
    server
        .expect()
        .put()
        .withPath(CLAIMS + "/shop-cache")
        .andReturn(403, failure(403, "cannot"))
        .once();
    updates(POLICIES + "/shop", larger.objects().get(2));
    creates(PODS, larger.pod());

    var applier = new Applier(client, larger, Answers.CURRENT, remembered::add, insistence);

    // When
    var after =
        applier.apply(
            seen, new PodApplier(client, CLOCK, insistence, new Rehearsals(client, CLOCK)));

    // Then
    assertThat(after.pod()).isNotNull();
    assertThat(applier.nextPass()).hasMinutes(1);
    assertThat(after.obstacles())
        .containsExactly(new Obstacle.Refusal("PersistentVolumeClaim", "shop-cache", "cannot"));
  }

  @Test
  void aClaimThatIsPlannedNoMoreIsNeverDeletedAndOtherObjectsAre() {
    // Given
    var before = Environments.plan("run: {ports: [{name: http, containerPort: 80}]}");
    // owned, as all that would be deleted is: spec.storage.onDelete was Delete
    var owned = Environments.plan("storage: {onDelete: Delete}");
    var claim = (PersistentVolumeClaim) stored(owned.objects().get(0));
    assertThat(claim.getMetadata().getOwnerReferences()).hasSize(1);
    claim.getMetadata().setName("shop-old");
    var objects = new ArrayList<>(everything(plan).objects());
    objects.add(claim);
    var service = stored(before.objects().get(2));
    assertThat(service.getKind()).isEqualTo("Service");
    objects.add(service);
    server
        .expect()
        .delete()
        .withPath("/api/v1/namespaces/team/services/shop")
        .andReturn(200, success())
        .once();

    // When
    apply(new Observation(everything(plan).pod(), objects, List.of(), List.of()));

    // Then
    assertThat(requests(server)).containsExactly("DELETE /api/v1/namespaces/team/services/shop");
  }

  @Test
  void aPodThatIsReplacedIsNotShownAsThePodOfTheNewSpec() {
    // Given
    var changed = Environments.plan("run: {args: [-v]}");
    updates(POLICIES + "/shop", changed.objects().get(2));
    server.expect().delete().withPath(PODS + "/shop").andReturn(200, everything(plan).pod()).once();

    // When
    var after =
        new Applier(client, changed, Answers.CURRENT, remembered::add, insistence)
            .apply(
                everything(plan),
                new PodApplier(client, CLOCK, insistence, new Rehearsals(client, CLOCK)));

    // Then
    assertThat(after.pod().getMetadata().getDeletionTimestamp()).isNotNull();
    // the policy keeps the spec, which is another now
    assertThat(requests(server))
        .containsExactly("PUT " + POLICIES + "/shop", "DELETE " + PODS + "/shop");
  }

  @Test
  void aNameThatBecameFreeMeanwhileIsTriedInAnotherPass() {
    // Given
    server.expect().post().withPath(CLAIMS).andReturn(409, failure(409, "already exists")).once();
    server
        .expect()
        .get()
        .withPath(CLAIMS + "/shop-workspace")
        .andReturn(404, failure(404, "not found"))
        .once();
    creates(CLAIMS, plan.objects().get(1));
    creates(POLICIES, plan.objects().get(2));
    var applier = new Applier(client, plan, Answers.CURRENT, remembered::add, insistence);

    // When
    var after =
        applier.apply(
            nothing(), new PodApplier(client, CLOCK, insistence, new Rehearsals(client, CLOCK)));

    // Then
    assertThat(after.obstacles()).isEmpty();
    assertThat(after.pod()).isNull();
    assertThat(applier.nextPass()).hasSeconds(1);
  }

  @Test
  void anObjectOfAnotherEnvironmentIsAConflictToo() {
    // Given
    var theirs = stored(plan.objects().get(0));
    theirs.getMetadata().getLabels().put("godev.io/environment", "another");
    server.expect().post().withPath(CLAIMS).andReturn(409, failure(409, "already exists")).once();
    server.expect().get().withPath(CLAIMS + "/shop-workspace").andReturn(200, theirs).once();
    creates(CLAIMS, plan.objects().get(1));
    creates(POLICIES, plan.objects().get(2));

    // When
    var after = apply(nothing());

    // Then
    assertThat(after.obstacles())
        .containsExactly(new Obstacle.Conflict("PersistentVolumeClaim", "shop-workspace"));
  }

  @Test
  void whatBelongsToAnEarlierEnvironmentOfTheNameIsAwaitedAndNotWritten() {
    // Given
    var seen = new Observation(null, objects(plan), List.of(), List.of());
    seen.objects().get(2).getMetadata().getOwnerReferences().get(0).setUid("earlier");
    var applier = new Applier(client, plan, Answers.CURRENT, remembered::add, insistence);

    // When
    var after =
        applier.apply(
            seen, new PodApplier(client, CLOCK, insistence, new Rehearsals(client, CLOCK)));

    // Then
    assertThat(requests(server)).isEmpty();
    assertThat(after.pod()).isNull();
    assertThat(applier.nextPass()).hasSeconds(1);
  }

  @Test
  void whatIsBeingDeletedIsAwaitedAndNotWritten() {
    // Given
    var seen = new Observation(null, objects(plan), List.of(), List.of());
    seen.objects().get(0).getMetadata().setDeletionTimestamp("2026-01-01T12:00:00Z");
    seen.objects().get(0).getMetadata().setLabels(Map.of());
    var applier = new Applier(client, plan, Answers.CURRENT, remembered::add, insistence);

    // When
    applier.apply(seen, new PodApplier(client, CLOCK, insistence, new Rehearsals(client, CLOCK)));

    // Then
    assertThat(requests(server)).isEmpty();
    assertThat(applier.nextPass()).hasSeconds(1);
  }

  @Test
  void whatSomebodyChangedIsPutBackInOneWriteOfTheVersionThatWasSeen() {
    // Given
    var seen = everything(plan);
    seen.objects().get(2).getMetadata().setLabels(Map.of("kept", "yes"));
    server
        .expect()
        .put()
        .withPath(POLICIES + "/shop")
        .andReturn(200, stored(plan.objects().get(2)))
        .once();

    // When
    apply(seen);

    // Then
    assertThat(taken(server))
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.getMethod() + " " + request.getPath())
                  .isEqualTo("PUT " + POLICIES + "/shop");
              var written = Serialization.unmarshal(request.getUtf8Body(), NetworkPolicy.class);
              assertThat(written.getMetadata().getResourceVersion()).isEqualTo("1");
              assertThat(written.getMetadata().getLabels())
                  .containsEntry("kept", "yes")
                  .containsAllEntriesOf(plan.objects().get(2).getMetadata().getLabels());
            });
  }

  @Test
  void aRefusedClaimKeepsThePodFromBeingMade() {
    // Given
    server
        .expect()
        .post()
        .withPath(CLAIMS)
        .andReturn(403, failure(403, "exceeded quota: q"))
        .times(2);
    creates(POLICIES, plan.objects().get(2));

    // When
    var after = apply(nothing());

    // Then
    assertThat(after.obstacles())
        .containsExactly(
            new Obstacle.Refusal("PersistentVolumeClaim", "shop-workspace", "exceeded quota: q"),
            new Obstacle.Refusal("PersistentVolumeClaim", "shop-cache", "exceeded quota: q"));
    assertThat(requests(server))
        .containsExactly("POST " + CLAIMS, "POST " + CLAIMS, "POST " + POLICIES);
  }

  @Test
  void anInvalidObjectIsARefusalToo() {
    // Given
    var seen = new Observation(null, objects(plan), List.of(), List.of());
    server.expect().post().withPath(PODS).andReturn(422, failure(422, "is invalid")).once();

    // When
    var after = apply(seen);

    // Then
    assertThat(after.obstacles())
        .containsExactly(new Obstacle.Refusal("Pod", "shop", "is invalid"));
  }

  @Test
  void aRequestThatIsOneTooManyIsRepeated() {
    // Given
    client.getConfiguration().setRequestRetryBackoffInterval(1);
    var seen = new Observation(null, objects(plan), List.of(), List.of());
    server.expect().post().withPath(PODS).andReturn(429, failure(429, "slow down")).once();
    creates(PODS, plan.pod());

    // When
    var after = apply(seen);

    // Then
    assertThat(after.pod()).isNotNull();
    assertThat(remembered).hasSize(1);
  }

  @Test
  void aFaultDuringAnUpdateIsThrownForARetry() {
    // Given
    client.getConfiguration().setRequestRetryBackoffLimit(0);
    var seen = everything(plan);
    seen.objects().get(2).getMetadata().setLabels(Map.of());
    server
        .expect()
        .put()
        .withPath(POLICIES + "/shop")
        .andReturn(500, failure(500, "etcd"))
        .always();

    // Then
    assertThatThrownBy(() -> apply(seen)).isInstanceOf(KubernetesClientException.class);
  }

  private Observation apply(Observation seen) {
    return new Applier(client, plan, Answers.CURRENT, remembered::add, insistence)
        .apply(seen, new PodApplier(client, CLOCK, insistence, new Rehearsals(client, CLOCK)));
  }

  private void updates(String path, HasMetadata object) {
    server.expect().put().withPath(path).andReturn(200, stored(object)).once();
  }

  private void creates(String path, HasMetadata object) {
    server.expect().post().withPath(path).andReturn(201, stored(object)).once();
  }
}
