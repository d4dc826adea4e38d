package io.godev.reconcile;

import static io.godev.reconcile.Answers.CLOCK;
import static io.godev.reconcile.Answers.POD;
import static io.godev.reconcile.Answers.PODS;
import static io.godev.reconcile.Answers.failure;
import static io.godev.reconcile.Answers.objects;
import static io.godev.reconcile.Answers.requests;
import static io.godev.reconcile.Answers.running;
import static io.godev.reconcile.Answers.stored;
import static io.godev.reconcile.Answers.success;
import static io.godev.reconcile.Answers.taken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
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
import io.godev.plan.Planner;
import io.godev.resolve.PlatformDefaults;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the pod with each answer of the API server. */
@EnableKubernetesMockClient
class PodApplierTest {
  private static final String LARGER = "resources: {limits: {memory: 2Gi}}";

  private final EnvironmentPlan plan = Environments.plan("");
  private final List<HasMetadata> remembered = new ArrayList<>();

  KubernetesMockServer server;
  KubernetesClient client;

  private final Insistence insistence = new Insistence(new KubernetesSerialization());

  @Test
  void aPodOfSomebodyElseIsAConflictAndIsNotWritten() {
    // Given
    var theirs = stored(plan.pod());
    theirs.getMetadata().setLabels(Map.of("app", "theirs"));
    theirs.getMetadata().setOwnerReferences(List.of());
    isTakenBy(theirs);

    // When
    var pass = pass(plan, null);

    // Then
    assertThat(pass.after().obstacles()).containsExactly(new Obstacle.Conflict("Pod", "shop"));
    assertThat(pass.after().pod()).isNull();
    assertThat(pass.another()).isTrue();
    assertThat(requests(server)).containsExactly("POST " + PODS, "GET " + POD);
  }

  @Test
  void aPodOfOursThatTheCacheDoesNotShowYetIsTaken() {
    // Given
    isTakenBy(running(plan));

    // When
    var pass = pass(plan, null);

    // Then
    assertThat(pass.after().obstacles()).isEmpty();
    assertThat(pass.after().pod()).isEqualTo(running(plan));
    assertThat(remembered).isEmpty();
  }

  @Test
  void aPodThatStillEndsIsAwaited() {
    // Given
    var ending = running(plan);
    ending.getMetadata().setDeletionTimestamp("2026-01-01T12:00:10Z");
    isTakenBy(ending);

    // When
    var pass = pass(plan, null);

    // Then
    assertThat(pass.after().obstacles()).isEmpty();
    assertThat(pass.after().pod()).isNull();
    assertThat(pass.another()).isTrue();
  }

  @Test
  void aPodOfAnEarlierEnvironmentOfTheNameIsAwaited() {
    // Given
    var earlier = running(plan);
    earlier.getMetadata().getOwnerReferences().get(0).setUid("earlier");
    isTakenBy(earlier);

    // When
    var pass = pass(plan, null);

    // Then
    assertThat(pass.after().obstacles()).isEmpty();
    assertThat(pass.after().pod()).isNull();
    assertThat(pass.another()).isTrue();
  }

  @Test
  void aPodIsDeletedOnlyInTheVersionThatWasSeenAndIsReportedAsLeaving() {
    // Given
    server.expect().delete().withPath(POD).andReturn(200, success()).once();

    // When
    var pass = pass(Environments.plan("run: {args: [-v]}"), running(plan));

    // Then
    assertThat(pass.after().pod().getMetadata().getDeletionTimestamp())
        .isEqualTo("2026-01-01T12:00:00Z");
    assertThat(taken(server))
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.getMethod() + " " + request.getPath()).isEqualTo("DELETE " + POD);
              assertThat(request.getUtf8Body())
                  .contains("\"preconditions\":{\"resourceVersion\":\"1\"}");
            });
  }

  @Test
  void aPodThatChangedBeforeItWasDeletedIsLookedAtAgain() {
    // Given
    server.expect().delete().withPath(POD).andReturn(409, failure(409, "modified")).once();

    // When
    var pass = pass(Environments.plan("run: {args: [-v]}"), running(plan));

    // Then
    assertThat(pass.after().obstacles()).isEmpty();
    assertThat(pass.another()).isTrue();
  }

  @Test
  void aPodThatWentAwayBeforeItWasDeletedIsNoError() {
    // Given
    server.expect().delete().withPath(POD).andReturn(404, failure(404, "not found")).once();

    // When
    var pass = pass(Environments.plan("run: {args: [-v]}"), running(plan));

    // Then
    assertThat(pass.after().obstacles()).isEmpty();
  }

  @Test
  void aPodThatEndsCostsNoRequestWhateverTheSpec() {
    // Given
    var ending = running(plan);
    ending.getMetadata().setDeletionTimestamp("2026-01-01T12:00:10Z");

    // When
    var pass = pass(Environments.plan("mode: Suspended"), ending);

    // Then
    assertThat(requests(server)).isEmpty();
    assertThat(pass.after().pod()).isEqualTo(ending);
  }

  @Test
  void aSuspendedEnvironmentHasItsPodRemovedThoughAnObjectIsInTheWay() {
    // Given
    var suspended = Environments.plan("mode: Suspended");
    var objects = new ArrayList<>(objects(suspended));
    objects.get(2).getMetadata().setDeletionTimestamp("2026-01-01T12:00:10Z");
    server.expect().delete().withPath(POD).andReturn(200, success()).once();

    // When
    passThatSees(suspended, new Observation(running(plan), objects, List.of(), List.of()));

    // Then
    assertThat(requests(server)).containsExactly("DELETE " + POD);
  }

  @Test
  void aSuspendedEnvironmentWithoutAPodCostsNoRequest() {
    // When
    var pass = pass(Environments.plan("mode: Suspended"), null);

    // Then
    assertThat(requests(server)).isEmpty();
    assertThat(pass.after().pod()).isNull();
  }

  @Test
  void aLostPodIsLeftForAMomentAndLookedAtThen() {
    // Given
    var lost = running(plan);
    lost.getMetadata().setCreationTimestamp("2026-01-01T11:59:57Z");
    lost.getStatus().setPhase("Failed");

    // When
    var pass = pass(plan, lost);

    // Then
    assertThat(requests(server)).isEmpty();
    assertThat(pass.pods().delay()).hasSeconds(7);
  }

  @Test
  void resourcesAreChangedInPlaceByTheSubresourceAlone() {
    // Given
    var larger = Environments.plan(LARGER);
    server.expect().patch().withPath(POD + "/resize").andReturn(200, running(larger)).once();

    // When
    var pass = pass(larger, running(plan));

    // Then
    assertThat(pass.after().pod()).isEqualTo(running(larger));
    assertThat(pass.after().pending()).containsExactly("GOMEMLIMIT: 966367641 → 1932735283");
    assertThat(taken(server))
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.getHeader("Content-Type"))
                  .startsWith("application/strategic-merge-patch+json");
              var written = Serialization.unmarshal(request.getUtf8Body(), Pod.class);
              assertThat(written.getMetadata().getResourceVersion()).isEqualTo("1");
              assertThat(written.getSpec().getContainers())
                  .singleElement()
                  .satisfies(
                      dev -> {
                        assertThat(dev.getName()).isEqualTo("dev");
                        assertThat(dev.getResources().getLimits().get("memory")).hasToString("2Gi");
                      });
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 422})
  void aResizeThatIsRefusedLeavesThePodAndSaysSo(int code) {
    // Given
    server
        .expect()
        .patch()
        .withPath(POD + "/resize")
        .andReturn(code, failure(code, "exceeded quota: q"))
        .once();

    // When
    var pass = pass(Environments.plan(LARGER), running(plan));

    // Then
    assertThat(pass.after().pod()).isEqualTo(running(plan));
    assertThat(pass.after().obstacles())
        .containsExactly(new Obstacle.Refusal("Pod", "shop", "exceeded quota: q"));
  }

  @Test
  void aSpecThatMakesTheSamePodIsOnlyNotedOnIt() {
    // Given
    var explicit = Environments.plan("go: {modules: {lock: ReadOnly}}");
    server.expect().patch().withPath(POD).andReturn(200, running(explicit)).once();

    // When
    var pass = pass(explicit, running(plan));

    // Then
    assertThat(pass.after().pod()).isEqualTo(running(explicit));
    assertThat(taken(server))
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.getHeader("Content-Type"))
                  .startsWith("application/merge-patch+json");
              var written = Serialization.unmarshal(request.getUtf8Body(), Pod.class);
              assertThat(written.getMetadata().getResourceVersion()).isEqualTo("1");
              assertThat(written.getMetadata().getAnnotations()).isNotEmpty();
              assertThat(written.getSpec()).isNull();
            });
  }

  @Test
  void whatWaitsForARestartStillWaitsWhenThePodIsOnlyNotedOn() {
    // Given: it was resized, and its GOMEMLIMIT is that of before
    var resized = running(plan);
    resized
        .getSpec()
        .getContainers()
        .get(0)
        .getEnv()
        .replaceAll(
            variable ->
                variable.getName().equals("GOMEMLIMIT")
                    ? new EnvVar("GOMEMLIMIT", "1", null)
                    : variable);
    server.expect().patch().withPath(POD).andReturn(200, resized).once();

    // When
    var pass = pass(Environments.plan("go: {modules: {lock: ReadOnly}}"), resized);

    // Then
    assertThat(pass.after().pending()).containsExactly("GOMEMLIMIT: 1 → 966367641");
  }

  @Test
  void aNoteThatComesTooLateIsTriedAgain() {
    // Given
    server.expect().patch().withPath(POD).andReturn(409, failure(409, "modified")).once();

    // When
    var pass = pass(Environments.plan("go: {modules: {lock: ReadOnly}}"), running(plan));

    // Then
    assertThat(pass.after().pod()).isEqualTo(running(plan));
    assertThat(pass.another()).isTrue();
  }

  @Test
  void anUpgradeOfTheOperatorCostsNoRequestAndTellsWhatWaits() {
    // Given
    var upgraded =
        new Planner(
                new PlatformDefaults(
                    "registry.example/godev-runtime:2",
                    "golang:%s-bookworm",
                    Environments.REPORT_URL),
                () -> Environments.AUTHORITY)
            .plan(Environments.resolved(Environments.environment("")));

    // When
    var pass = pass(upgraded, running(plan));

    // Then
    assertThat(requests(server)).isEmpty();
    assertThat(pass.after().pending()).singleElement().asString().contains("godev-runtime:2");
  }

  @Test
  void aFaultOfTheServerIsThrownForARetry() {
    // Given
    client.getConfiguration().setRequestRetryBackoffLimit(0);
    server.expect().delete().withPath(POD).andReturn(500, failure(500, "etcd")).always();

    // Then
    assertThatThrownBy(() -> pass(Environments.plan("mode: Suspended"), running(plan)))
        .isInstanceOf(KubernetesClientException.class);
  }

  /** A pass that has ended. */
  private record Pass(Observation after, boolean another, PodApplier pods) {}

  private Pass pass(EnvironmentPlan wanted, Pod pod) {
    return passThatSees(wanted, new Observation(pod, objects(wanted), List.of(), List.of()));
  }

  private Pass passThatSees(EnvironmentPlan wanted, Observation seen) {
    var applier = new Applier(client, wanted, Answers.CURRENT, remembered::add, insistence);
    var pods = new PodApplier(client, CLOCK, insistence, new Rehearsals(client, CLOCK));
    var after = applier.apply(seen, pods);
    return new Pass(after, applier.nextPass() != null, pods);
  }

  private void isTakenBy(Pod pod) {
    server.expect().post().withPath(PODS).andReturn(409, failure(409, "already exists")).once();
    server.expect().get().withPath(POD).andReturn(200, pod).once();
  }
}
