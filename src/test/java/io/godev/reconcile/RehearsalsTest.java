package io.godev.reconcile;

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
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.ResourceQuotaListBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.assess.Assessor;
import io.godev.plan.EnvironmentPlan;
import io.godev.plan.Environments;
import io.godev.plan.Planner;
import io.godev.resolve.Resolver;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pod that runs is given up only for one that the cluster would take. */
@EnableKubernetesMockClient
class RehearsalsTest {
  private static final String ENVIRONMENT =
      "/apis/godev.io/v1alpha1/namespaces/team/godevenvironments/shop";
  private static final String EVENTS = "/api/v1/namespaces/team/events";
  private static final String REHEARSAL = PODS + "?dryRun=All";
  private static final String QUOTAS = "/api/v1/namespaces/team/resourcequotas";
  private static final String CHANGED = "run: {args: [-v]}";
  private static final String EXCEEDED =
      "pods \"shop-next\" is forbidden: exceeded quota: team, requested: limits.cpu=2, used: limits.cpu=2, limited: limits.cpu=%d";
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final EnvironmentPlan plan = Environments.plan("");
  private Instant now = NOON;

  KubernetesMockServer server;
  KubernetesClient client;

  private EnvironmentReconciler reconciler;

  @BeforeEach
  void start() {
    var clock = new Moving();
    reconciler =
        new EnvironmentReconciler(
            client,
            new Resolver(Environments.DEFAULTS),
            new Planner(Environments.DEFAULTS, () -> Environments.AUTHORITY),
            new Assessor(clock),
            (before, after) -> {},
            clock);
    client.getConfiguration().setRequestRetryBackoffLimit(0);
    server
        .expect()
        .post()
        .withPath(EVENTS)
        .andReturn(201, new EventBuilder().withNewMetadata().endMetadata().build())
        .always();
    server.expect().delete().withPath(POD).andReturn(200, success()).always();
    server
        .expect()
        .put()
        .withPath(POLICIES + "/shop")
        .andReturn(200, stored(Environments.plan(CHANGED).objects().get(2)))
        .always();
  }

  @Test
  void aPodThatWouldBeReplacedIsRehearsedUnderAnotherNameAndThenRemoved() {
    // Given
    server.expect().post().withPath(REHEARSAL).andReturn(201, plan.pod()).once();

    // When
    var control = pass(changed());

    // Then
    assertThat(condition(control, ConditionType.Accepted).holds()).isTrue();
    var asked = taken(server);
    assertThat(asked.stream().map(request -> request.getMethod() + " " + request.getPath()))
        .containsExactly(
            "POST " + REHEARSAL,
            "PUT " + POLICIES + "/shop",
            "GET " + ENVIRONMENT,
            "DELETE " + POD);
    var next = Serialization.unmarshal(asked.get(0).getUtf8Body(), Pod.class);
    assertThat(next.getMetadata().getName()).isEqualTo("shop-next");
    assertThat(next.getSpec()).isEqualTo(Environments.plan(CHANGED).pod().getSpec());
  }

  @Test
  void aPodWhoseReplacementWouldBeRefusedIsKeptWithAllThatBelongsToIt() {
    // Given
    refuses(1);

    // When
    var control = pass(changed());

    // Then
    assertThat(requests(server))
        .containsExactly("POST " + REHEARSAL, "GET " + QUOTAS, "POST " + EVENTS);
    var accepted = condition(control, ConditionType.Accepted);
    assertThat(accepted.status()).isEqualTo(Condition.Status.False);
    assertThat(accepted.reason()).isEqualTo("QuotaExceeded");
    assertThat(accepted.message())
        .startsWith("spec: the pod that runs is kept")
        .contains("The ResourceQuota team", "limits.cpu by 1 (2 asked for, 1 left)")
        .contains("Lower spec.resources")
        .endsWith("The last accepted spec (generation 1) stays in force.");
    assertThat(condition(control, ConditionType.QuotaAvailable).reason())
        .isEqualTo("QuotaExceeded");
    assertThat(condition(control, ConditionType.QuotaAvailable).holds()).isFalse();
    assertThat(condition(control, ConditionType.Running).holds()).isTrue();
    assertThat(condition(control, ConditionType.Stalled).holds()).isTrue();
    assertThat(control.getResource().orElseThrow().getStatus().acceptedSpec().generation())
        .isEqualTo(1);
    assertThat(control.getScheduleDelay()).contains(15_000L);
  }

  @Test
  void whatWasRefusedIsAskedAgainOnlyAfterAWhileAndTakesPlaceOnceItIsLetIn() {
    // Given
    refuses(1);
    var environment = changed();
    environment.setStatus(pass(environment).getResource().orElseThrow().getStatus());
    environment.getMetadata().setResourceVersion("3");

    // When
    now = now.plusSeconds(14);
    var soon = pass(environment);

    // Then
    assertThat(soon.isNoUpdate()).isTrue();
    assertThat(soon.getScheduleDelay()).contains(15_000L);

    // When
    server.expect().post().withPath(REHEARSAL).andReturn(201, plan.pod()).once();
    now = now.plusSeconds(2);
    var later = pass(environment);

    // Then
    assertThat(condition(later, ConditionType.Accepted).holds()).isTrue();
    assertThat(requests(server).stream().filter(("POST " + REHEARSAL)::equals)).hasSize(2);
  }

  @Test
  void anotherChangeIsAskedForAtOnce() {
    // Given
    refuses(1);
    pass(changed());
    server.expect().post().withPath(REHEARSAL).andReturn(201, plan.pod()).once();

    // When
    pass(generation(3, "run: {args: [-q]}"));

    // Then
    assertThat(requests(server).stream().filter(("POST " + REHEARSAL)::equals)).hasSize(2);
  }

  @Test
  void aQuotaThatTheRunningPodFillsDoesNotStandInItsOwnWay() {
    // Given
    refuses(2);

    // When
    var control = pass(changed());

    // Then
    assertThat(condition(control, ConditionType.Accepted).holds()).isTrue();
    assertThat(requests(server)).contains("DELETE " + POD);
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, true"})
  void withoutTheRightToListQuotasTheWordsOfTheRefusalCount(int limited, boolean replaced) {
    // Given
    server
        .expect()
        .post()
        .withPath(REHEARSAL)
        .andReturn(403, failure(403, EXCEEDED.formatted(limited)))
        .once();
    server.expect().get().withPath(QUOTAS).andReturn(403, failure(403, "forbidden")).once();

    // When
    var control = pass(changed());

    // Then
    assertThat(condition(control, ConditionType.Accepted).holds()).isEqualTo(replaced);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "403 | maximum cpu usage per Container is 1, but limit is 2 | LimitRangeExceeded | False",
        "403 | pods \"shop-next\" is forbidden: violates PodSecurity \"restricted:latest\": x | PodSecurityViolation | True",
        "403 | admission webhook \"images.example.com\" denied the request: not from here | Refused | True",
        "422 | Pod \"shop-next\" is invalid: spec | Refused | True",
      })
  void everyRefusalKeepsThePodAndIsToldByItsReason(
      int code, String message, String reason, Condition.Status quota) {
    // Given
    server.expect().post().withPath(REHEARSAL).andReturn(code, failure(code, message)).once();
    server
        .expect()
        .get()
        .withPath(QUOTAS)
        .andReturn(200, new ResourceQuotaListBuilder().build())
        .once();

    // When
    var control = pass(changed());

    // Then
    assertThat(condition(control, ConditionType.Accepted).reason()).isEqualTo(reason);
    assertThat(condition(control, ConditionType.Accepted).message()).contains(message);
    assertThat(condition(control, ConditionType.QuotaAvailable).status()).isEqualTo(quota);
    assertThat(requests(server)).noneMatch(request -> request.startsWith("DELETE"));
  }

  @Test
  void aRestartThatWouldEndWithoutAPodIsRefusedByItsAnnotation() {
    // Given
    refuses(1);
    var restart = accepted();
    restart.getMetadata().setAnnotations(Map.of("godev.io/restart", "1"));

    // When
    var control = pass(restart);

    // Then
    assertThat(requests(server)).noneMatch(request -> request.startsWith("DELETE"));
    assertThat(condition(control, ConditionType.Accepted).message())
        .startsWith("metadata.annotations[godev.io/restart]: the pod that runs is kept");
    assertThat(condition(control, ConditionType.Ready).message())
        .endsWith("The program runs and answers.");
  }

  @Test
  void withoutTheLastAcceptedSpecThePodIsKeptAndTheRefusalTriedAgain() {
    // Given
    refuses(1);
    var objects = new ArrayList<HasMetadata>(objects(plan));
    objects.get(2).getMetadata().getAnnotations().clear();
    objects.add(EnvironmentReconcilerTest.answering(plan));

    // When
    var control = pass(changed(), objects);

    // Then
    assertThat(requests(server))
        .containsExactly("POST " + REHEARSAL, "GET " + QUOTAS, "POST " + EVENTS);
    assertThat(condition(control, ConditionType.QuotaAvailable).holds()).isFalse();
    assertThat(condition(control, ConditionType.Accepted).message())
        .endsWith("What runs is left as it was.");
    assertThat(control.getScheduleDelay()).contains(15_000L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | admission webhook \"old.example.com\" does not support dry run",
        "409 | pods \"shop-next\" already exists",
      })
  void whatCannotBeAskedIsNoRefusal(int code, String message) {
    // Given
    server.expect().post().withPath(REHEARSAL).andReturn(code, failure(code, message)).once();

    // When
    var control = pass(changed());

    // Then
    assertThat(condition(control, ConditionType.Accepted).holds()).isTrue();
    assertThat(requests(server)).contains("DELETE " + POD);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "500 | etcd",
        "400 | bad",
        "403 | status unknown for quota: team, resources: limits.cpu",
      })
  void whatMayBeOverInAMomentIsThrownForARetryAndThePodIsKept(int code, String message) {
    // Given
    server.expect().post().withPath(REHEARSAL).andReturn(code, failure(code, message)).always();

    // When
    assertThatThrownBy(() -> pass(changed())).isInstanceOf(KubernetesClientException.class);

    // Then
    assertThat(requests(server)).containsOnly("POST " + REHEARSAL);
  }

  @ParameterizedTest
  @CsvSource({"Running, mode: Suspended", "Failed, ''"})
  void aPodThatIsWantedNoMoreOrIsLostIsRemovedWithoutARehearsal(String phase, String spec) {
    // Given
    var pod = running(plan);
    pod.getStatus().setPhase(phase);
    var objects = new ArrayList<HasMetadata>(objects(plan));
    objects.add(pod);

    // When
    pass(generation(2, spec), objects);

    // Then
    assertThat(requests(server))
        .contains("DELETE " + POD)
        .noneMatch(request -> request.equals("POST " + REHEARSAL));
  }

  private void refuses(int hard) {
    server
        .expect()
        .post()
        .withPath(REHEARSAL)
        .andReturn(403, failure(403, EXCEEDED.formatted(hard)))
        .once();
    var quota =
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withName("team")
            .endMetadata()
            .withNewStatus()
            .addToUsed("limits.cpu", new Quantity("2"))
            .addToHard("limits.cpu", new Quantity(String.valueOf(hard)))
            .endStatus()
            .build();
    server
        .expect()
        .get()
        .withPath(QUOTAS)
        .andReturn(200, new ResourceQuotaListBuilder().withItems(quota).build())
        .once();
  }

  private UpdateControl<GoDevEnvironment> pass(GoDevEnvironment environment) {
    var objects = new ArrayList<HasMetadata>(objects(plan));
    objects.add(EnvironmentReconcilerTest.answering(plan));
    return pass(environment, objects);
  }

  private UpdateControl<GoDevEnvironment> pass(
      GoDevEnvironment environment, List<HasMetadata> cached) {
    server.expect().get().withPath(ENVIRONMENT).andReturn(200, environment).always();
    return reconciler.reconcile(environment, new CachedContext(environment, cached, false));
  }

  /** The environment of the first generation's spec with a change that needs a new pod. */
  private GoDevEnvironment changed() {
    return generation(2, CHANGED);
  }

  private GoDevEnvironment generation(long generation, String spec) {
    var changed = Environments.environment(spec);
    changed.setStatus(accepted().getStatus());
    changed.getMetadata().setGeneration(generation);
    changed.getMetadata().setResourceVersion(String.valueOf(generation));
    return changed;
  }

  private GoDevEnvironment accepted() {
    var accepted = Environments.environment("");
    accepted.getMetadata().setResourceVersion("1");
    accepted.setStatus(
        new Assessor(new Moving()).of(accepted, plan.environment(), Answers.everything(plan)));
    return accepted;
  }

  private static Condition condition(UpdateControl<GoDevEnvironment> control, ConditionType type) {
    return control.getResource().orElseThrow().getStatus().condition(type);
  }

  private final class Moving extends Clock {
    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
