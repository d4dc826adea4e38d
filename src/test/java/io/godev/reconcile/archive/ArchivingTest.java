package io.godev.reconcile.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.godev.HandClock;
import io.godev.plan.ArchiveNames;
import io.godev.plan.ArchivePlan;
import io.godev.plan.Environments;
import io.godev.reconcile.Announcer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A whole pass over a workspace: what it asks of the API server, and when the next one is. */
@EnableKubernetesMockClient
class ArchivingTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final String CLAIMS = "/api/v1/namespaces/team/persistentvolumeclaims";
  private static final String WORKSPACE = CLAIMS + "/shop-workspace";
  private static final String JOBS = "/apis/batch/v1/namespaces/team/jobs";
  private static final String PODS = "/api/v1/namespaces/team/pods";
  private static final String EVENTS = "/api/v1/namespaces/team/events";
  private static final String ENVIRONMENT =
      "/apis/godev.io/v1alpha1/namespaces/team/godevenvironments/shop";

  private static final PersistentVolumeClaim ASKING = workspace("storage: {onDelete: Archive}");
  private static final ArchivePlan PLAN = ArchivePlan.of(ASKING, Environments.DEFAULTS);
  private static final PersistentVolumeClaim ARCHIVE = stored(PLAN.claim());
  private static final Job JOB = stored(PLAN.job());
  private static final String ARCHIVED = CLAIMS + "/" + PLAN.claim().getMetadata().getName();
  private static final String JOB_PATH = JOBS + "/" + PLAN.job().getMetadata().getName();
  private static final String JOBS_PODS =
      PODS + "?labelSelector=batch.kubernetes.io%2Fjob-name%3D" + JOB.getMetadata().getName();

  KubernetesMockServer server;
  KubernetesClient client;

  @Test
  void whileTheEnvironmentIsThereNothingIsAsked() {
    // When
    var next = pass(ASKING, true, List.of(), List.of());

    // Then
    assertThat(next).isEmpty();
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void aWorkspaceThatAsksForNoArchiveIsLeftAlone() {
    for (var spec : List.of("", "storage: {onDelete: Delete}")) {
      // When
      var next = pass(workspace(spec), false, List.of(), List.of());

      // Then
      assertThat(next).isEmpty();
      assertThat(server.getRequestCount()).isZero();
    }
  }

  @Test
  void aClaimOfSomebodyElseIsLeftAloneWhateverItsLabels() {
    // Given
    var copied =
        new PersistentVolumeClaimBuilder(ASKING)
            .editMetadata()
            .withName("database")
            .endMetadata()
            .build();

    // When
    pass(copied, false, List.of(), List.of());

    // Then
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void anEnvironmentThatTheCacheDoesNotShowYetIsThere() {
    // Given
    server.expect().get().withPath(ENVIRONMENT).andReturn(200, Environments.environment("")).once();

    // When
    var next = pass(ASKING, false, List.of(ARCHIVE), List.of(ended("Complete", "")));

    // Then
    assertThat(next).contains(Duration.ofSeconds(1));
    assertThat(requests()).containsExactly("GET " + ENVIRONMENT);
  }

  @Test
  void withoutItsEnvironmentAnArchiveIsMadeReady() {
    // Given
    gone();
    server.expect().post().withPath(CLAIMS).andReturn(201, ARCHIVE).once();

    // When
    var next = pass(ASKING, false, List.of(), List.of());

    // Then
    assertThat(next).isEmpty();
    assertThat(requests()).containsExactly("GET " + ENVIRONMENT, "POST " + CLAIMS);
  }

  @Test
  void aPodThatStillWritesIsWaitedFor() {
    // Given
    gone();
    pods(PODS, pod("shop-workspace", "Running"));

    // When
    var next = pass(ASKING, false, List.of(ARCHIVE), List.of());

    // Then
    assertThat(next).contains(Duration.ofSeconds(5));
    assertThat(requests()).containsExactly("GET " + ENVIRONMENT, "GET " + PODS);
  }

  @Test
  void aPodThatEndedOrHasOtherVolumesIsNotWaitedFor() {
    // Given
    gone();
    pods(PODS, pod("shop-workspace", "Succeeded"), pod("shop-cache", "Running"));
    server.expect().post().withPath(JOBS).andReturn(201, JOB).once();

    // When
    var next = pass(ASKING, false, List.of(ARCHIVE), List.of());

    // Then
    assertThat(next).isEmpty();
    assertThat(requests()).containsExactly("GET " + ENVIRONMENT, "GET " + PODS, "POST " + JOBS);
  }

  @Test
  void aJobThatIsAtWorkIsLeftToIt() {
    // Given
    gone();

    // When
    var next = pass(ASKING, false, List.of(ARCHIVE), List.of(JOB));

    // Then
    assertThat(next).isEmpty();
    assertThat(requests()).containsExactly("GET " + ENVIRONMENT);
  }

  @Test
  void whatIsArchivedIsLeftToTheGarbageCollectorAndNothingElseIs() {
    // Given
    gone();
    pods(PODS);
    pods(
        JOBS_PODS, said("{\"phase\":\"archive\",\"result\":\"Succeeded\",\"detail\":\"3 files\"}"));
    server.expect().put().withPath(ARCHIVED).andReturn(200, complete()).once();
    server.expect().post().withPath(EVENTS).andReturn(201, new EventBuilder().build()).once();
    server.expect().delete().withPath(JOB_PATH).andReturn(200, success()).once();
    server.expect().put().withPath(WORKSPACE).andReturn(200, ASKING).once();

    // When
    var next = pass(ASKING, false, List.of(ARCHIVE), List.of(ended("Complete", "")));

    // Then
    assertThat(next).isEmpty();
    var taken = taken();
    assertThat(taken.stream().map(ArchivingTest::line))
        .containsExactly(
            "GET " + ENVIRONMENT,
            "GET " + PODS,
            "GET " + JOBS_PODS,
            "PUT " + ARCHIVED,
            "POST " + EVENTS,
            "DELETE " + JOB_PATH,
            "PUT " + WORKSPACE);
    var archive = body(taken.get(3), PersistentVolumeClaim.class).getMetadata();
    assertThat(archive.getLabels()).containsEntry("godev.io/archive", "Complete");
    assertThat(archive.getAnnotations()).containsEntry("godev.io/archive-content", "3 files");
    assertThat(body(taken.get(4), Event.class).getMessage())
        .contains("spec.source.snapshot.archive: " + archive.getName());
    var left = body(taken.get(6), PersistentVolumeClaim.class).getMetadata();
    assertThat(left.getResourceVersion()).isEqualTo("1");
    assertThat(left.getOwnerReferences())
        .singleElement()
        .satisfies(
            owner -> {
              assertThat(owner.getKind()).isEqualTo("GoDevEnvironment");
              assertThat(owner.getName()).isEqualTo("shop");
              assertThat(owner.getUid()).isEqualTo("the-uid");
            });
  }

  @Test
  void anOperatorThatEndedInBetweenGoesOnWithoutTheJob() {
    // Given
    gone();
    pods(PODS);
    server.expect().put().withPath(WORKSPACE).andReturn(200, ASKING).once();

    // When
    var next = pass(ASKING, false, List.of(complete()), List.of());

    // Then
    assertThat(next).isEmpty();
    assertThat(requests()).containsExactly("GET " + ENVIRONMENT, "GET " + PODS, "PUT " + WORKSPACE);
  }

  @Test
  void aWorkspaceThatChangedSinceItWasSeenIsNotGivenAway() {
    // Given: a new environment of the name has taken it
    gone();
    pods(PODS);
    server.expect().put().withPath(WORKSPACE).andReturn(409, failure(409, "changed")).once();

    // When
    pass(ASKING, false, List.of(complete()), List.of());

    // Then
    assertThat(requests()).containsExactly("GET " + ENVIRONMENT, "GET " + PODS, "PUT " + WORKSPACE);
  }

  @Test
  void whatWasWrittenAfterTheArchiveIsArchivedToo() {
    // Given
    gone();
    pods(PODS, pod("shop-workspace", "Running"));
    server.expect().put().withPath(ARCHIVED).andReturn(200, ARCHIVE).once();
    server.expect().delete().withPath(JOB_PATH).andReturn(200, success()).once();

    // When
    var next = pass(ASKING, false, List.of(complete()), List.of(ended("Complete", "")));

    // Then
    assertThat(next).contains(Duration.ofSeconds(5));
    var taken = taken();
    assertThat(taken.stream().map(ArchivingTest::line))
        .containsExactly(
            "GET " + ENVIRONMENT, "GET " + PODS, "PUT " + ARCHIVED, "DELETE " + JOB_PATH);
    assertThat(body(taken.get(2), PersistentVolumeClaim.class).getMetadata().getLabels())
        .containsEntry("godev.io/archive", "Incomplete");
  }

  @Test
  void aFailureIsToldAndTriedAgainWhenItHasWaitedAsLongAsItTried() {
    // Given: made at 11:00, failed at 11:50
    gone();
    pods(
        JOBS_PODS,
        said(
            "{\"phase\":\"archive\",\"result\":\"Failed\",\"reason\":\"ArchiveFull\",\"detail\":\"it is full.\"}"));
    server.expect().post().withPath(EVENTS).andReturn(201, new EventBuilder().build()).once();

    // When
    var next =
        pass(ASKING, false, List.of(ARCHIVE), List.of(ended("Failed", "2026-01-01T11:50:00Z")));

    // Then
    assertThat(next).contains(Duration.ofMinutes(40));
    var taken = taken();
    assertThat(taken.stream().map(ArchivingTest::line))
        .containsExactly("GET " + ENVIRONMENT, "GET " + JOBS_PODS, "POST " + EVENTS);
    var event = body(taken.get(2), Event.class);
    assertThat(event.getType()).isEqualTo("Warning");
    assertThat(event.getInvolvedObject().getName()).isEqualTo("shop-workspace");
    assertThat(event.getMessage())
        .isEqualTo(
            "The workspace of shop is not archived, and is kept: it is full. It is tried again at"
                + " 2026-01-01T12:40:00Z. To give up what is in it: kubectl delete pvc -n team"
                + " shop-workspace");
  }

  @Test
  void aFailureOfLongAgoIsTriedAgainByAnotherJob() {
    // Given
    gone();
    pods(JOBS_PODS);
    server.expect().post().withPath(EVENTS).andReturn(409, failure(409, "there")).once();
    server.expect().delete().withPath(JOB_PATH).andReturn(200, success()).once();

    // When
    var next =
        pass(ASKING, false, List.of(ARCHIVE), List.of(ended("Failed", "2026-01-01T11:10:00Z")));

    // Then
    assertThat(next).contains(Duration.ofSeconds(1));
    assertThat(requests())
        .containsExactly(
            "GET " + ENVIRONMENT, "GET " + JOBS_PODS, "POST " + EVENTS, "DELETE " + JOB_PATH);
  }

  @Test
  void aRefusalIsToldAndTriedAgain() {
    // Given
    gone();
    server
        .expect()
        .post()
        .withPath(CLAIMS)
        .andReturn(403, failure(403, "exceeded quota: team, used: requests.storage=1Gi"))
        .once();
    server.expect().post().withPath(EVENTS).andReturn(201, new EventBuilder().build()).once();

    // When
    var next = pass(ASKING, false, List.of(), List.of());

    // Then
    assertThat(next).contains(Duration.ofMinutes(5));
    assertThat(body(taken().get(2), Event.class).getMessage()).contains("exceeded quota: team");
  }

  @Test
  void aNamespaceThatIsDeletedIsLeftToItsEnd() {
    // Given
    gone();
    server
        .expect()
        .post()
        .withPath(CLAIMS)
        .andReturn(403, failure(403, "forbidden: namespace team is being terminated"))
        .once();

    // When
    var next = pass(ASKING, false, List.of(), List.of());

    // Then
    assertThat(next).isEmpty();
    assertThat(requests()).containsExactly("GET " + ENVIRONMENT, "POST " + CLAIMS);
  }

  @Test
  void aFaultOfTheServerIsThrownAndNothingIsGivenAway() {
    // Given
    server.expect().get().withPath(ENVIRONMENT).andReturn(500, failure(500, "etcd")).always();
    client.getConfiguration().setRequestRetryBackoffLimit(0);

    // Then
    assertThatThrownBy(() -> pass(ASKING, false, List.of(complete()), List.of()))
        .isInstanceOf(KubernetesClientException.class);
    assertThat(requests()).allMatch(("GET " + ENVIRONMENT)::equals);
  }

  @Test
  void anEnvironmentThatIsBackStopsTheArchiveButKeepsWholeOnes() {
    // Given
    server.expect().delete().withPath(JOB_PATH).andReturn(200, success()).once();
    server.expect().put().withPath(ARCHIVED).andReturn(200, ARCHIVE).once();
    var older =
        new PersistentVolumeClaimBuilder(complete())
            .editMetadata()
            .withName("shop-archive-older")
            .endMetadata()
            .build();

    // When
    var next = pass(ASKING, true, List.of(ARCHIVE, older), List.of(JOB));

    // Then
    assertThat(next).isEmpty();
    var taken = taken();
    assertThat(taken.stream().map(ArchivingTest::line))
        .containsExactly("DELETE " + JOB_PATH, "PUT " + ARCHIVED);
    assertThat(body(taken.get(1), PersistentVolumeClaim.class).getMetadata().getOwnerReferences())
        .hasSize(1);
  }

  @Test
  void whatWasGivenAwayIsNotTouchedAgain() {
    // When
    pass(ArchiveNames.left(ASKING, ASKING), false, List.of(complete()), List.of());

    // Then
    assertThat(server.getRequestCount()).isZero();
  }

  private Optional<Duration> pass(
      PersistentVolumeClaim workspace,
      boolean isThere,
      List<PersistentVolumeClaim> archives,
      List<Job> jobs) {
    return new Archiving(client, Environments.DEFAULTS, new Announcer(client, new HandClock()), NOW)
        .pass(workspace, isThere, archives, jobs);
  }

  private void gone() {
    server.expect().get().withPath(ENVIRONMENT).andReturn(404, failure(404, "none")).once();
  }

  private void pods(String path, Pod... pods) {
    server
        .expect()
        .get()
        .withPath(path)
        .andReturn(200, new PodListBuilder().withItems(pods).build())
        .once();
  }

  private static Pod pod(String claim, String phase) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("pod-of-" + claim)
        .endMetadata()
        .withNewSpec()
        .addNewVolume()
        .withName("v")
        .withNewPersistentVolumeClaim(claim, null)
        .endVolume()
        .endSpec()
        .withNewStatus()
        .withPhase(phase)
        .endStatus()
        .build();
  }

  private static Pod said(String message) {
    return new PodBuilder(pod("shop-workspace", "Succeeded"))
        .editStatus()
        .addNewContainerStatus()
        .withNewState()
        .withNewTerminated()
        .withFinishedAt("2026-01-01T11:50:00Z")
        .withMessage(message)
        .endTerminated()
        .endState()
        .endContainerStatus()
        .endStatus()
        .build();
  }

  private static PersistentVolumeClaim workspace(String spec) {
    return (PersistentVolumeClaim) stored(Environments.plan(spec).objects().get(0));
  }

  private static PersistentVolumeClaim complete() {
    return ArchiveNames.completed(ARCHIVE, "3 files");
  }

  private static Job ended(String how, String when) {
    return new JobBuilder(JOB)
        .withNewStatus()
        .addNewCondition()
        .withType(how)
        .withStatus("True")
        .withLastTransitionTime(when)
        .endCondition()
        .endStatus()
        .build();
  }

  private static <T extends HasMetadata> T stored(T object) {
    var stored = Serialization.clone(object);
    stored.getMetadata().setResourceVersion("1");
    stored.getMetadata().setUid(object.getMetadata().getName() + "-uid");
    stored.getMetadata().setCreationTimestamp("2026-01-01T11:00:00Z");
    return stored;
  }

  private static Status failure(int code, String message) {
    return new StatusBuilder().withStatus("Failure").withCode(code).withMessage(message).build();
  }

  private static Status success() {
    return new StatusBuilder().withStatus("Success").build();
  }

  private List<String> requests() {
    return taken().stream().map(ArchivingTest::line).toList();
  }

  private List<RecordedRequest> taken() {
    try {
      List<RecordedRequest> requests = new ArrayList<>();
      for (int count = server.getRequestCount(); count > 0; count--) {
        requests.add(server.takeRequest());
      }
      return requests;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String line(RecordedRequest request) {
    return request.getMethod() + " " + request.getPath();
  }

  private static <T> T body(RecordedRequest request, Class<T> type) {
    return Serialization.unmarshal(request.getUtf8Body(), type);
  }
}
