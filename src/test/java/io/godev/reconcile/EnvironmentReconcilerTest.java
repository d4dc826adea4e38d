package io.godev.reconcile;

import static io.godev.reconcile.Answers.CLAIMS;
import static io.godev.reconcile.Answers.CLOCK;
import static io.godev.reconcile.Answers.POD;
import static io.godev.reconcile.Answers.PODS;
import static io.godev.reconcile.Answers.POLICIES;
import static io.godev.reconcile.Answers.failure;
import static io.godev.reconcile.Answers.objects;
import static io.godev.reconcile.Answers.requests;
import static io.godev.reconcile.Answers.running;
import static io.godev.reconcile.Answers.stored;
import static io.godev.reconcile.Answers.success;
import static io.godev.reconcile.Answers.taken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Activity;
import io.godev.api.v1alpha1.Source;
import io.godev.assess.Assessor;
import io.godev.cluster.Distribution;
import io.godev.cluster.Platform;
import io.godev.plan.EnvironmentPlan;
import io.godev.plan.Environments;
import io.godev.plan.Planner;
import io.godev.resolve.Lifecycle;
import io.godev.resolve.Resolver;
import io.godev.resolve.profile.Profiles;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole pass: what it asks of the API server, what it reports, and when the next one is. */
@EnableKubernetesMockClient
class EnvironmentReconcilerTest {
  private static final String EVENTS = "/api/v1/namespaces/team/events";
  private static final String ENVIRONMENT =
      "/apis/godev.io/v1alpha1/namespaces/team/godevenvironments/shop";
  private static final String INVALID = "go: {env: [{name: GOOS, value: windows}]}";

  private static final String FOLDER =
      """
      source: {hostPath: {path: 'C:\\Users\\me\\shop'}}
      """;
  private static final Platform ON_WSL =
      new Platform(
          Distribution.DockerDesktopKubeadm,
          Source.Host.WindowsWSL2,
          "docker-desktop",
          "v1.34.1",
          "docker://29.0.1",
          new Quantity("8Gi"));

  private final EnvironmentPlan plan = Environments.plan("");

  KubernetesMockServer server;
  KubernetesClient client;

  private final List<GoDevEnvironmentStatus> written = new ArrayList<>();
  private EnvironmentReconciler reconciler;

  private Platform platform = Platform.UNKNOWN;
  private boolean nodesAreForbidden;

  @BeforeEach
  void start() {
    reconciler =
        new EnvironmentReconciler(
            client,
            new Resolver(
                Environments.DEFAULTS, () -> platform, () -> nodesAreForbidden, Profiles.UNKNOWN),
            new Planner(Environments.DEFAULTS, () -> Environments.AUTHORITY),
            new Assessor(CLOCK),
            (before, after) -> written.add(after),
            CLOCK);
  }

  @Test
  void aSettledEnvironmentCostsNeitherARequestNorAStatusNorAnotherPass() {
    // Given
    var environment = environment("");
    environment.setStatus(pass(environment, everything(plan)).getResource().get().getStatus());
    environment.getMetadata().setResourceVersion("2");
    assertThat(environment.getStatus().condition(ConditionType.Ready).holds()).isTrue();

    // When
    var control = pass(environment, everything(plan));

    // Then
    assertThat(control.isNoUpdate()).isTrue();
    assertThat(control.getScheduleDelay()).isEmpty();
    assertThat(requests(server)).isEmpty();
  }

  @Test
  void aRestartOfTheOperatorWithNothingChangedWritesNothing() {
    // Given
    var environment = environment("");
    environment.setStatus(pass(environment, everything(plan)).getResource().get().getStatus());
    // as it comes back from the API server
    var read = Serialization.unmarshal(Serialization.asJson(environment), GoDevEnvironment.class);

    // When
    start();
    var control = pass(read, everything(plan));

    // Then
    assertThat(control.isNoUpdate()).isTrue();
    assertThat(requests(server)).isEmpty();
  }

  @Test
  void theStatusIsWrittenWithItsIdentityAndNothingElse() {
    // Given
    var environment = environment("");
    environment.getMetadata().setLabels(Map.of("theirs", "x"));

    // When
    var control = pass(environment, everything(plan));

    // Then
    assertThat(control.isPatchStatus()).isTrue();
    assertThat(control.isPatchResource()).isFalse();
    var written = control.getResource().get();
    assertThat(this.written).containsExactly(written.getStatus());
    assertThat(written.getSpec()).isNull();
    assertThat(Serialization.asJson(written.getMetadata()))
        .isEqualTo(
            "{\"name\":\"shop\",\"namespace\":\"team\",\"uid\":\"%s\"}"
                .formatted(environment.getMetadata().getUid()));
  }

  @ParameterizedTest
  @CsvSource({
    "404, godevenvironments, shop, false",
    "404, godevenvironments, other, true",
    "404, pods, shop, true",
    "404, , , true",
    "409, godevenvironments, shop, true",
  })
  void onlyOfAnEnvironmentThatIsGoneAFailedReportIsNotTriedAgain(
      int code, String kind, String name, boolean again) {
    // Given
    var answer =
        new StatusBuilder()
            .withCode(code)
            .withNewDetails()
            .withKind(kind)
            .withName(name)
            .endDetails()
            .build();

    // When
    var control =
        reconciler.updateErrorStatus(
            environment(""), null, new KubernetesClientException("refused", code, answer));

    // Then
    assertThat(control.isNoRetry()).isEqualTo(!again);
    assertThat(control.isDefaultErrorProcessing()).isEqualTo(again);
    assertThat(control.getResource()).isEmpty();
  }

  @Test
  void aStatusThatTheWatchDoesNotShowYetIsNotWrittenAgain() {
    // Given
    var environment = environment("");
    pass(environment, everything(plan));

    // When
    var control = pass(environment(""), everything(plan));

    // Then
    assertThat(control.isNoUpdate()).isTrue();
  }

  @Test
  void aStatusWhoseWriteFailedIsWrittenAgain() {
    // Given
    pass(environment(""), everything(plan));

    // When
    var control =
        reconciler.reconcile(
            environment(""), new CachedContext(environment(""), everything(plan), true));

    // Then
    assertThat(control.isPatchStatus()).isTrue();
  }

  @Test
  void aRejectedSpecWritesAnEventAndAStatusAndLeavesWhatRunsAlone() {
    // Given
    takesEvents();
    var drifted = everything(plan);
    drifted.get(2).getMetadata().setLabels(Map.of("godev.io/environment", "shop"));

    // When
    var control = pass(environment(INVALID), drifted);

    // Then
    assertThat(requests(server)).containsExactly("POST " + EVENTS);
    assertThat(condition(control, ConditionType.Accepted).reason()).isEqualTo("InvalidSpec");
    assertThat(condition(control, ConditionType.Running).holds()).isTrue();
    assertThat(control.getScheduleDelay()).isEmpty();
  }

  @Test
  void whileASpecIsRejectedTheLastAcceptedOneStaysInForce() {
    // Given
    takesEvents();
    var rejected = rejectedAfter("");

    // When
    var control = pass(rejected, everything(plan));

    // Then
    assertThat(requests(server)).containsExactly("POST " + EVENTS);
    var accepted = condition(control, ConditionType.Accepted);
    assertThat(accepted.reason()).isEqualTo("InvalidSpec");
    assertThat(accepted.message())
        .startsWith("spec.go.env[0].value: windows programs cannot run in a pod")
        .endsWith("The last accepted spec (generation 1) stays in force.");
    assertThat(condition(control, ConditionType.Ready).message())
        .startsWith(accepted.message())
        .endsWith("The program runs and answers.");
    assertThat(condition(control, ConditionType.Stalled).holds()).isTrue();
    assertThat(control.getResource().get().getStatus().acceptedSpec().generation()).isEqualTo(1);
  }

  @Test
  void aPodThatIsLostWhileASpecIsRejectedIsMadeAgainFromTheLastAcceptedOne() {
    // Given
    takesEvents();
    // what is asked for is the question, not what becomes of it
    server.expect().post().withPath(PODS).andReturn(403, failure(403, "no")).once();

    // When
    pass(rejectedAfter(""), objects(plan));

    // Then
    var posted =
        taken(server).stream()
            .filter(request -> request.getPath().equals(PODS))
            .map(request -> Serialization.unmarshal(request.getUtf8Body(), Pod.class))
            .toList();
    assertThat(posted).singleElement().isEqualTo(plan.pod());
  }

  @Test
  void whatDriftsWhileASpecIsRejectedIsRepaired() {
    // Given
    takesEvents();
    var drifted = everything(plan);
    drifted.get(2).getMetadata().setLabels(Map.of("godev.io/environment", "shop"));
    server
        .expect()
        .put()
        .withPath(POLICIES + "/shop")
        .andReturn(200, stored(plan.objects().get(2)))
        .once();

    // When
    pass(rejectedAfter(""), drifted);

    // Then
    assertThat(requests(server)).containsExactly("PUT " + POLICIES + "/shop", "POST " + EVENTS);
  }

  @Test
  void anotherPassOfARejectedSpecWritesNothing() {
    // Given
    takesEvents();
    var rejected = rejectedAfter("");
    rejected.setStatus(pass(rejected, everything(plan)).getResource().get().getStatus());
    rejected.getMetadata().setResourceVersion("3");

    // When
    var control = pass(rejected, everything(plan));

    // Then
    assertThat(control.isNoUpdate()).isTrue();
    assertThat(requests(server)).containsExactly("POST " + EVENTS);
  }

  @Test
  void aSuspendedEnvironmentStaysSuspendedWhateverARejectedSpecSays() {
    // Given
    takesEvents();
    var suspended = Environments.plan("mode: Suspended");

    // When
    var control = pass(rejectedAfter("mode: Suspended"), objects(suspended));

    // Then
    assertThat(requests(server)).containsExactly("POST " + EVENTS);
    assertThat(condition(control, ConditionType.Running).reason()).isEqualTo("Suspended");
  }

  @Test
  void oneThatIsRecordedAsIdleLosesItsPodUnlessSomebodyAskedForItMeanwhile() {
    // Given
    var environment = environment("idle: {suspendAfterMinutes: 60}");
    var objects = everything(Environments.plan("idle: {suspendAfterMinutes: 60}"));
    var status = pass(environment, objects).getResource().get().getStatus();
    environment.setStatus(
        status.with(
            new Activity(
                "Terminal",
                "2026-01-01T11:00:00Z",
                null,
                "2026-01-01T12:00:00Z",
                Lifecycle.asked(environment),
                null)));
    environment.getMetadata().setResourceVersion("2");
    server.expect().delete().withPath(POD).andReturn(200, success()).once();
    var resumed =
        Serialization.unmarshal(Serialization.asJson(environment), GoDevEnvironment.class);
    resumed.getMetadata().setAnnotations(Map.of("godev.io/resume", "again"));
    resumed.getMetadata().setResourceVersion("3");

    // When
    reconciler.reconcile(resumed, new CachedContext(resumed, objects, false));
    var afterResume = requests(server);
    var control = pass(environment, objects);

    // Then
    assertThat(afterResume).doesNotContain("DELETE " + POD);
    assertThat(requests(server)).contains("DELETE " + POD);
    assertThat(condition(control, ConditionType.Running).reason()).isEqualTo("IdleSuspended");
  }

  @Test
  void aLastAcceptedSpecThatIsNotWholeChangesNothing() {
    // Given
    takesEvents();
    var objects = everything(plan);
    objects.get(2).getMetadata().getAnnotations().clear();

    // When
    var control = pass(rejectedAfter(""), objects);

    // Then
    assertThat(requests(server)).containsExactly("POST " + EVENTS);
    assertThat(condition(control, ConditionType.Accepted).message())
        .endsWith("What runs is left as it was.");
    assertThat(condition(control, ConditionType.Running).holds()).isTrue();
  }

  @Test
  void aPodThatAQuotaRefusesIsToldAndTriedAgain() {
    // Given
    takesEvents();
    server.expect().post().withPath(PODS).andReturn(403, failure(403, "exceeded quota: q")).once();

    // When
    var control = pass(environment(""), objects(plan));

    // Then
    assertThat(condition(control, ConditionType.Ready).reason()).isEqualTo("QuotaExceeded");
    assertThat(control.getScheduleDelay()).contains(15_000L);
    assertThat(requests(server)).containsExactly("POST " + PODS, "POST " + EVENTS);
  }

  @Test
  void aNameThatIsTakenIsToldAndTriedAgainAndNobodysObjectIsWritten() {
    // Given
    takesEvents();
    var theirs = stored(plan.pod());
    theirs.getMetadata().setLabels(Map.of("app", "theirs"));
    theirs.getMetadata().setOwnerReferences(List.of());
    server.expect().post().withPath(PODS).andReturn(409, failure(409, "already exists")).once();
    server.expect().get().withPath(POD).andReturn(200, theirs).once();

    // When
    var control = pass(environment(""), objects(plan));

    // Then
    assertThat(condition(control, ConditionType.Accepted).reason()).isEqualTo("NameConflict");
    assertThat(condition(control, ConditionType.Stalled).holds()).isTrue();
    assertThat(control.getScheduleDelay()).contains(15_000L);
    assertThat(requests(server)).containsExactly("POST " + PODS, "GET " + POD, "POST " + EVENTS);
  }

  @Test
  void aPassThatWentByThePastReportsNothingAndIsFollowedByAnother() {
    // Given
    var drifted = everything(plan);
    drifted.get(2).getMetadata().setOwnerReferences(List.of());
    server
        .expect()
        .put()
        .withPath(POLICIES + "/shop")
        .andReturn(409, failure(409, "modified"))
        .once();

    // When
    var control = pass(environment(""), drifted);

    // Then
    assertThat(control.isNoUpdate()).isTrue();
    assertThat(control.getScheduleDelay()).contains(1_000L);
    assertThat(requests(server)).containsExactly("PUT " + POLICIES + "/shop");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503})
  void aFaultOfTheServerIsThrownForARetry(int code) {
    // Given
    client.getConfiguration().setRequestRetryBackoffLimit(0);
    server.expect().post().withPath(CLAIMS).andReturn(code, failure(code, "etcd")).always();

    // Then
    assertThatThrownBy(() -> pass(environment(""), List.of()))
        .isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void aFailureIsOneEventHoweverManyPassesSeeIt() {
    // Given
    takesEvents();
    var environment = environment(INVALID);
    environment.setStatus(pass(environment, List.of()).getResource().get().getStatus());
    environment.getMetadata().setResourceVersion("2");

    // When
    var control = pass(environment, List.of());

    // Then
    assertThat(control.isNoUpdate()).isTrue();
    assertThat(requests(server)).containsExactly("POST " + EVENTS);
  }

  @Test
  void aStepOfAStartIsToldOnlyOnceItHasLasted() {
    // Given
    var environment = environment("");
    environment.setStatus(
        pass(environment, with(objects(plan), starting(null))).getResource().get().getStatus());
    environment.getMetadata().setResourceVersion("2");

    // When
    var control = pass(environment, with(objects(plan), starting("2026-01-01T11:59:58Z")));

    // Then
    assertThat(control.isNoUpdate()).isTrue();
    assertThat(control.getScheduleDelay()).contains(3_000L);
  }

  @Test
  void aLostPodIsToldAndReplacedAfterAMoment() {
    // Given
    takesEvents();
    var lost = running(plan);
    lost.getMetadata().setCreationTimestamp("2026-01-01T11:59:57Z");
    lost.getStatus().setPhase("Failed");
    lost.getStatus().setReason("Evicted");

    // When
    var control = pass(environment(""), with(objects(plan), lost));

    // Then
    assertThat(condition(control, ConditionType.Ready).reason()).isEqualTo("Evicted");
    assertThat(control.getScheduleDelay()).contains(7_000L);
  }

  @Test
  void aLostPodThatIsReplacedAtOnceIsStillToldOf() {
    // Given
    takesEvents();
    var lost = running(plan);
    lost.getStatus().setPhase("Failed");
    lost.getStatus().setReason("Evicted");
    server.expect().delete().withPath(POD).andReturn(200, success()).once();

    // When
    var control = pass(environment(""), with(objects(plan), lost));

    // Then
    assertThat(condition(control, ConditionType.Ready).reason()).isEqualTo("Evicted");
    assertThat(requests(server))
        .containsExactly("GET " + ENVIRONMENT, "DELETE " + POD, "POST " + EVENTS);
  }

  @Test
  void theObjectsOfAnEarlierEnvironmentOfTheNameMakeThisOneNotReady() {
    // Given: the garbage collector has yet to come
    var successor = environment("");
    successor.getMetadata().setUid("another");

    // When
    var control = pass(successor, everything(plan));

    // Then
    assertThat(requests(server)).isEmpty();
    assertThat(condition(control, ConditionType.Ready).reason()).isEqualTo("Waiting");
    assertThat(condition(control, ConditionType.Running).holds()).isFalse();
    assertThat(control.getScheduleDelay()).contains(1_000L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Suspended",
        "storage: {onDelete: Delete}",
        "source: {claim: {name: shop-workspace}}",
        INVALID,
      })
  void noSpecDeletesAClaim(String spec) {
    // Given
    takesEvents();
    var claims = with(everything(plan), claim("shop-old"));
    server.expect().delete().withPath(POD).andReturn(200, success()).always();
    server.expect().post().withPath(PODS + "?dryRun=All").andReturn(201, plan.pod()).always();
    for (var claim : List.of("shop-workspace", "shop-cache")) {
      server.expect().put().withPath(CLAIMS + "/" + claim).andReturn(200, claim(claim)).always();
    }

    // When
    pass(environment(spec), claims);

    // Then
    assertThat(requests(server)).noneMatch(request -> request.startsWith("DELETE " + CLAIMS));
  }

  @Test
  void aPassBesideAnotherOfTheSameNameDoesNothingAndComesAgain() {
    // Given: the environment was deleted and made again while a pass was underway
    List<UpdateControl<GoDevEnvironment>> beside = new ArrayList<>();
    var first =
        new CachedContext(environment(""), everything(plan), false) {
          @Override
          public <R> Set<R> getSecondaryResources(Class<R> kind) {
            beside.add(pass(environment(""), List.of()));
            return super.getSecondaryResources(kind);
          }
        };

    // When
    reconciler.reconcile(environment(""), first);

    // Then
    assertThat(beside).isNotEmpty().allMatch(UpdateControl::isNoUpdate);
    assertThat(beside.get(0).getScheduleDelay()).contains(1_000L);
    assertThat(requests(server)).isEmpty();
    assertThat(pass(environment(""), everything(plan)).getScheduleDelay()).isEmpty();
  }

  @Test
  void nothingIsMadeOfAFolderUntilTheNodesAreKnown() {
    // Given
    takesEvents();

    // When
    var control = pass(environment(FOLDER), List.of());

    // Then
    assertThat(requests(server)).containsExactly("POST " + EVENTS);
    assertThat(condition(control, ConditionType.Accepted).status())
        .isEqualTo(Condition.Status.Unknown);
    assertThat(condition(control, ConditionType.Accepted).message())
        .startsWith("spec.source.hostPath: ")
        .endsWith("It goes on once they are known");
    assertThat(condition(control, ConditionType.Ready).reason()).isEqualTo("NodesUnknown");
    // what waits for the nodes is no failure to whoever watches
    assertThat(condition(control, ConditionType.Reconciling).holds()).isTrue();
    assertThat(control.getScheduleDelay()).contains(15_000L);
  }

  @Test
  void aFolderOfNodesThatTheOperatorMayNotSeeIsRefusedWithTheRemedyAndItsPodIsLeft() {
    // Given
    takesEvents();
    nodesAreForbidden = true;

    // When
    var control = pass(accepted(FOLDER), everything(plan(FOLDER)));

    // Then
    assertThat(requests(server)).containsExactly("POST " + EVENTS);
    assertThat(condition(control, ConditionType.Accepted).reason()).isEqualTo("NodesForbidden");
    assertThat(condition(control, ConditionType.Accepted).message())
        .startsWith("spec.source.hostPath: the operator is not allowed to list and watch nodes")
        .contains("kubectl apply -f deploy/manifests/rbac.yaml")
        .endsWith("What runs is left as it was.");
    assertThat(condition(control, ConditionType.Stalled).holds()).isTrue();
    assertThat(condition(control, ConditionType.Running).holds()).isTrue();
    assertThat(control.getScheduleDelay()).isEmpty();
  }

  @Test
  void anEnvironmentWithoutAFolderNeedsNoNodes() {
    // Given
    nodesAreForbidden = true;

    // When
    var control = pass(environment(""), everything(plan));

    // Then
    assertThat(condition(control, ConditionType.Ready).holds()).isTrue();
  }

  @Test
  void anAcceptedFolderIsLeftAsItIsWhileTheNodesAreUnknown() {
    // Given
    var accepted = accepted(FOLDER);

    // When
    var control = pass(accepted, List.of());

    // Then
    assertThat(control.isNoUpdate()).isTrue();
    assertThat(control.getScheduleDelay()).contains(15_000L);
    assertThat(requests(server)).isEmpty();
  }

  @Test
  void aChangeBesideAFolderIsObservedWhileTheNodesAreUnknownAndWhatRunsIsLeft() {
    // Given
    takesEvents();
    var changed = accepted(FOLDER);
    changed.getMetadata().setGeneration(2L);
    var there = everything(plan(FOLDER));

    // When
    var control = pass(changed, there);

    // Then
    assertThat(requests(server)).containsExactly("POST " + EVENTS);
    var status = control.getResource().orElseThrow().getStatus();
    assertThat(status.observedGeneration()).isEqualTo(2);
    assertThat(status.acceptedSpec()).isEqualTo(changed.getStatus().acceptedSpec());
    assertThat(status.condition(ConditionType.Ready).message())
        .endsWith("What runs is left as it was.");
    assertThat(status.condition(ConditionType.Running).holds()).isTrue();
  }

  @Test
  void aFolderIsWhereTheNodesHaveItOnceTheyAreKnown() {
    // Given
    takesEvents();
    var environment = environment(FOLDER);
    environment.setStatus(pass(environment, List.of()).getResource().get().getStatus());
    environment.getMetadata().setResourceVersion("2");

    // When
    platform = ON_WSL;
    var control = pass(environment, everything(plan(FOLDER)));

    // Then
    assertThat(condition(control, ConditionType.Accepted).holds()).isTrue();
    assertThat(condition(control, ConditionType.Ready).holds()).isTrue();
  }

  @Test
  void theReconcilerIsWokenByWhatAsksForSomething() {
    // Given
    var before = environment("");
    var generation = environment("");
    generation.getMetadata().setGeneration(2L);
    var restart = environment("");
    restart.getMetadata().setAnnotations(Map.of("godev.io/restart", "1"));
    var leaving = environment("");
    leaving.getMetadata().setDeletionTimestamp("2026-01-01T12:00:00Z");
    var status = environment("");
    status.setStatus(pass(environment(""), everything(plan)).getResource().get().getStatus());
    status.getMetadata().setAnnotations(Map.of("theirs", "x"));

    // Then
    assertThat(List.of(generation, restart, leaving))
        .allMatch(now -> EnvironmentReconciler.isForTheReconciler(now, before));
    assertThat(EnvironmentReconciler.isForTheReconciler(status, before)).isFalse();
  }

  private UpdateControl<GoDevEnvironment> pass(
      GoDevEnvironment environment, List<? extends HasMetadata> cached) {
    server.expect().get().withPath(ENVIRONMENT).andReturn(200, environment).always();
    return reconciler.reconcile(environment, new CachedContext(environment, cached, false));
  }

  private static Condition condition(UpdateControl<GoDevEnvironment> control, ConditionType type) {
    return control.getResource().orElseThrow().getStatus().condition(type);
  }

  /** An environment whose spec is invalid since its second generation. */
  private GoDevEnvironment rejectedAfter(String spec) {
    var before = Environments.plan(spec);
    var accepted = environment(spec);
    var rejected = environment(INVALID);
    rejected.setStatus(new Assessor(CLOCK).of(accepted, before.environment(), Answers.nothing()));
    rejected.getMetadata().setGeneration(2L);
    rejected.getMetadata().setResourceVersion("2");
    return rejected;
  }

  private static GoDevEnvironment accepted(String spec) {
    var accepted = environment(spec);
    accepted.setStatus(
        new Assessor(CLOCK).of(accepted, plan(spec).environment(), Answers.nothing()));
    accepted.getMetadata().setResourceVersion("2");
    return accepted;
  }

  private static EnvironmentPlan plan(String spec) {
    return new Planner(Environments.DEFAULTS, () -> Environments.AUTHORITY)
        .plan(Environments.resolved(Environments.environment(spec), ON_WSL));
  }

  private static GoDevEnvironment environment(String spec) {
    var environment = Environments.environment(spec);
    environment.getMetadata().setResourceVersion("1");
    return environment;
  }

  private static List<HasMetadata> everything(EnvironmentPlan plan) {
    return with(objects(plan), answering(plan));
  }

  /** A pod whose steps are done and whose program answers. */
  static Pod answering(EnvironmentPlan plan) {
    var pod = new PodBuilder(running(plan));
    for (var step : List.of("runtime", "source", "modules", "build")) {
      pod.editStatus()
          .addNewInitContainerStatus()
          .withName(step)
          .withNewState()
          .withNewTerminated()
          .withExitCode(0)
          .withStartedAt("2026-01-01T11:00:00Z")
          .withFinishedAt("2026-01-01T11:00:30Z")
          .endTerminated()
          .endState()
          .endInitContainerStatus()
          .endStatus();
    }
    return pod.editStatus()
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .withLastTransitionTime("2026-01-01T11:01:01Z")
        .endCondition()
        .endStatus()
        .build();
  }

  private static List<HasMetadata> with(List<HasMetadata> objects, HasMetadata another) {
    var more = new ArrayList<>(objects);
    more.add(another);
    return more;
  }

  /** A claim that the environment owns, as all that would be deleted is. */
  private static HasMetadata claim(String name) {
    var claim = stored(Environments.plan("storage: {onDelete: Delete}").objects().get(0));
    claim.getMetadata().setName(name);
    return claim;
  }

  /** A pod whose first container runs since then, or that waits for it. */
  private Pod starting(String since) {
    var pod = new PodBuilder(stored(plan.pod())).withNewStatus().withPhase("Pending").endStatus();
    if (since == null) {
      return pod.build();
    }
    return pod.editStatus()
        .addNewInitContainerStatus()
        .withName("runtime")
        .withNewState()
        .withNewRunning(since)
        .endState()
        .endInitContainerStatus()
        .endStatus()
        .build();
  }

  private void takesEvents() {
    server.expect().post().withPath(EVENTS).andReturn(201, new EventBuilder().build()).always();
  }
}
