package io.godev.reconcile.fleet;

import static io.godev.plan.fleet.Fleets.NEW;
import static io.godev.plan.fleet.Fleets.NOW;
import static io.godev.plan.fleet.Fleets.OLD;
import static io.godev.plan.fleet.Fleets.failing;
import static io.godev.plan.fleet.Fleets.fleet;
import static io.godev.plan.fleet.Fleets.made;
import static io.godev.plan.fleet.Fleets.members;
import static io.godev.plan.fleet.Fleets.ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.godev.HandClock;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevFleetStatus;
import io.godev.plan.fleet.FleetTemplate;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A whole pass: what it asks of the API server, what it reports, and when the next one is. */
@EnableKubernetesMockClient
class FleetReconcilerTest {
  private static final String ENVIRONMENTS =
      "/apis/godev.io/v1alpha1/namespaces/team/godevenvironments";
  private static final String FLEET = "/apis/godev.io/v1alpha1/namespaces/team/godevfleets/shop";
  private static final String CONFIG_MAPS = "/api/v1/namespaces/team/configmaps";
  private static final String EVENTS = "/api/v1/namespaces/team/events";

  KubernetesMockServer server;
  KubernetesClient client;
  private final HandClock clock = new HandClock();

  @Test
  void eachMemberCostsOneWriteAndNoRead() throws InterruptedException {
    // Given
    var fleet = fleet(OLD, members("a", "b"));
    answerPost(ENVIRONMENTS, 201, made(fleet, "a"));
    answerPost(ENVIRONMENTS, 201, made(fleet, "b"));

    // When
    var control = pass(fleet);

    // Then
    assertThat(requests()).containsExactly("POST " + ENVIRONMENTS, "POST " + ENVIRONMENTS);
    assertThat(reason(control)).isEqualTo("RollingOut");
    assertThat(status(control).members()).isEqualTo(2);
  }

  @Test
  void whatIsAsItShouldBeCostsNothingOnceItsTemplateIsKept() throws InterruptedException {
    // Given
    var fleet = fleet(OLD, members("a"));
    answerPost(CONFIG_MAPS, 201, new ConfigMapBuilder().build());
    var reconciler = new FleetReconciler(client, clock);

    // When
    var first = reconciler.pass(fleet, List.of(ready(made(fleet, "a"))), (after, before) -> {});

    // Then
    assertThat(requests()).containsExactly("POST " + CONFIG_MAPS);
    assertThat(reason(first)).isEqualTo("Ready");
    assertThat(status(first).template().lastGood()).isEqualTo(status(first).template().current());

    // When
    var again = reconciler.pass(fleet, List.of(ready(made(fleet, "a"))), (after, before) -> {});

    // Then
    assertThat(again.isPatchStatus()).isFalse();
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void anEnvironmentOfSomebodyElseIsNamedAndAskedForSeldom() throws InterruptedException {
    // Given: it is made by hand, and has no label
    var fleet = fleet(OLD, members("a"));
    var theirs = made(fleet, "a");
    theirs.getMetadata().setLabels(Map.of());
    theirs.getMetadata().setOwnerReferences(List.of());
    answerPost(ENVIRONMENTS, 409, failure(409, "already exists"));
    server.expect().get().withPath(ENVIRONMENTS + "/shop-a").andReturn(200, theirs).once();
    answerPost(EVENTS, 201, new EventBuilder().build());
    var reconciler = new FleetReconciler(client, clock);

    // When
    var control = reconciler.pass(fleet, List.of(), (after, before) -> {});
    var again = reconciler.pass(fleet, List.of(), (after, before) -> {});

    // Then
    assertThat(reason(control)).isEqualTo("NameConflict");
    assertThat(status(control).failures())
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure.message()).contains("shop-a", "give the member another name"));
    assertThat(again.isPatchStatus()).isFalse();
    assertThat(again.getScheduleDelay()).contains(Refusals.PAUSE.toMillis());
    assertThat(requests())
        .containsExactly(
            "POST " + ENVIRONMENTS, "GET " + ENVIRONMENTS + "/shop-a", "POST " + EVENTS);
  }

  @Test
  void anEnvironmentWhoseLabelsSomebodyTookIsTakenBack() throws InterruptedException {
    // Given
    var fleet = fleet(OLD, members("a"));
    var unlabelled = made(fleet, "a");
    unlabelled.getMetadata().setLabels(Map.of());
    answerPost(ENVIRONMENTS, 409, failure(409, "already exists"));
    server.expect().get().withPath(ENVIRONMENTS + "/shop-a").andReturn(200, unlabelled).once();
    answerPut(200, made(fleet, "a"));

    // When
    pass(fleet);

    // Then
    assertThat(requests()).last().isEqualTo("PUT " + ENVIRONMENTS + "/shop-a");
  }

  @Test
  void anEnvironmentIsChangedWithTheVersionThatWasSeen() throws InterruptedException {
    // Given
    var old = fleet(OLD, members("a", "b"));
    var fleet = fleet(NEW, members("a", "b"));
    answerPut(409, failure(409, "the object has been modified"));

    // When
    var control = pass(fleet, ready(made(old, "a")), ready(made(old, "b")));

    // Then: nothing is said of what was seen too late
    var request = server.takeRequest();
    assertThat(request.getMethod() + " " + request.getPath())
        .isEqualTo("PUT " + ENVIRONMENTS + "/shop-a");
    assertThat(request.getUtf8Body()).contains("\"resourceVersion\":\"1\"", "v2.0.0");
    assertThat(control.isPatchStatus()).isFalse();
    assertThat(control.getScheduleDelay()).contains(1000L);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aTemplateThatFailedIsReadWhereItIsKeptAndGivenBack() throws InterruptedException {
    // Given: the old one was good
    var old = fleet(OLD, members("a", "b"));
    var kept = keptBy(old);
    server
        .expect()
        .get()
        .withPath(CONFIG_MAPS + "/shop-last-good-template")
        .andReturn(200, kept)
        .once();
    var fleet = fleet(NEW, members("a", "b"));
    fleet.setStatus(onTrial(old, "a"));
    answerPut(200, made(old, "a"));

    // When
    var control =
        pass(fleet, failing(made(fleet, "a", NOW.minusSeconds(30))), ready(made(old, "b")));

    // Then
    var requests = taken();
    assertThat(requests).hasSize(2);
    assertThat(requests.get(0)).isEqualTo("GET " + CONFIG_MAPS + "/shop-last-good-template ");
    assertThat(requests.get(1)).contains("PUT " + ENVIRONMENTS + "/shop-a", "v1.0.0");
    assertThat(reason(control)).isEqualTo("RollingBack");
    assertThat(status(control).template().failure().member()).isEqualTo("a");
  }

  @Test
  void aKeptTemplateThatSomebodyChangedIsNotTaken() throws InterruptedException {
    // Given: another one is in its place
    var old = fleet(OLD, members("a", "b"));
    server
        .expect()
        .get()
        .withPath(CONFIG_MAPS + "/shop-last-good-template")
        .andReturn(200, keptBy(fleet(OLD.replace("v1", "v9"), members("a", "b"))))
        .once();
    answerPost(EVENTS, 201, new EventBuilder().build());
    var fleet = fleet(NEW, members("a", "b"));
    fleet.setStatus(onTrial(old, "a"));

    // When
    var control =
        pass(fleet, failing(made(fleet, "a", NOW.minusSeconds(30))), ready(made(old, "b")));

    // Then
    assertThat(requests()).noneMatch(request -> request.startsWith("PUT"));
    assertThat(reason(control)).isEqualTo("RolloutPaused");
  }

  @Test
  void nobodyIsDeletedByAViewOfThePast() throws InterruptedException {
    // Given: b was listed again meanwhile
    var fleet = fleet(OLD, members("a"));
    var present = fleet(OLD, members("a", "b"));
    present.getMetadata().setGeneration(2L);
    server.expect().get().withPath(FLEET).andReturn(200, present).once();

    // When
    var control =
        pass(fleet, ready(made(fleet, "a")), ready(made(fleet(OLD, members("a", "b")), "b")));

    // Then
    assertThat(requests()).containsExactly("GET " + FLEET);
    assertThat(control.isPatchStatus()).isFalse();
  }

  @Test
  void whoIsListedNoMoreIsDeletedAsItWasSeen() throws InterruptedException {
    // Given
    var fleet = fleet(OLD, members("a"));
    server.expect().get().withPath(FLEET).andReturn(200, fleet).once();
    server
        .expect()
        .delete()
        .withPath(ENVIRONMENTS + "/shop-b")
        .andReturn(200, new StatusBuilder().withStatus("Success").build())
        .once();
    answerPost(CONFIG_MAPS, 201, new ConfigMapBuilder().build());

    // When
    pass(fleet, ready(made(fleet, "a")), ready(made(fleet(OLD, members("a", "b")), "b")));

    // Then
    assertThat(taken())
        .anySatisfy(
            request ->
                assertThat(request)
                    .contains("DELETE " + ENVIRONMENTS + "/shop-b", "\"resourceVersion\":\"1\""));
  }

  @Test
  void aLargeFleetLeavesTheThreadsToOthersInBetween() {
    // Given
    var names =
        Stream.iterate(0, i -> i + 1).limit(FleetApplier.WRITES + 1).map(i -> "m" + i).toList();
    var fleet = fleet(OLD, members(names.toArray(String[]::new)));
    server.expect().post().withPath(ENVIRONMENTS).andReturn(201, made(fleet, "m0")).always();

    // When
    var control = pass(fleet);

    // Then
    assertThat(server.getRequestCount()).isEqualTo(FleetApplier.WRITES);
    assertThat(control.getScheduleDelay())
        .hasValueSatisfying(delay -> assertThat(delay).isLessThan(100));
  }

  @Test
  void numbersAloneAreWrittenEveryFewSeconds() {
    // Given
    var fleet = fleet(OLD, members("a", "b", "c"));
    var reconciler = new FleetReconciler(client, clock);
    var there =
        new ArrayList<>(
            List.of(made(fleet, "a", NOW), made(fleet, "b", NOW), made(fleet, "c", NOW)));
    assertThat(reconciler.pass(fleet, there, (after, before) -> {}).isPatchStatus()).isTrue();
    there.set(0, ready(there.get(0)));

    // When
    var soon = reconciler.pass(fleet, there, (after, before) -> {});
    clock.pass(Duration.ofSeconds(5));
    var later = reconciler.pass(fleet, there, (after, before) -> {});

    // Then
    assertThat(soon.isPatchStatus()).isFalse();
    assertThat(soon.getScheduleDelay()).contains(5000L);
    assertThat(later.isPatchStatus()).isTrue();
    assertThat(status(later).ready()).isEqualTo(1);
  }

  private UpdateControl<GoDevFleet> pass(GoDevFleet fleet, GoDevEnvironment... there) {
    return new FleetReconciler(client, clock).pass(fleet, List.of(there), (after, before) -> {});
  }

  // what KeptTemplate writes
  private Object keptBy(GoDevFleet fleet) throws InterruptedException {
    answerPost(CONFIG_MAPS, 201, new ConfigMapBuilder().build());
    new KeptTemplate(client, new Refusals())
        .keep(fleet, FleetTemplate.of(fleet.getSpec().template()), true, NOW);
    return client
        .getKubernetesSerialization()
        .unmarshal(
            server.takeRequest().getUtf8Body(), io.fabric8.kubernetes.api.model.ConfigMap.class);
  }

  private static GoDevFleetStatus onTrial(GoDevFleet good, String member) {
    return new GoDevFleetStatus(
        1L,
        null,
        null,
        null,
        null,
        null,
        null,
        new GoDevFleetStatus.Templates(
            null, FleetTemplate.of(good.getSpec().template()).hash(), null),
        List.of(member),
        null,
        null);
  }

  private void answerPost(String path, int code, Object answer) {
    server.expect().post().withPath(path).andReturn(code, answer).once();
  }

  private void answerPut(int code, Object answer) {
    server.expect().put().withPath(ENVIRONMENTS + "/shop-a").andReturn(code, answer).once();
  }

  private List<String> requests() throws InterruptedException {
    return taken().stream()
        .map(request -> request.split(" ")[0] + " " + request.split(" ")[1])
        .toList();
  }

  private List<String> taken() throws InterruptedException {
    List<String> taken = new ArrayList<>();
    for (var request = server.takeRequest(100, java.util.concurrent.TimeUnit.MILLISECONDS);
        request != null;
        request = server.takeRequest(100, java.util.concurrent.TimeUnit.MILLISECONDS)) {
      taken.add(request.getMethod() + " " + request.getPath() + " " + request.getUtf8Body());
    }
    return taken;
  }

  private static GoDevFleetStatus status(UpdateControl<GoDevFleet> control) {
    return control.getResource().orElseThrow().getStatus();
  }

  private static String reason(UpdateControl<GoDevFleet> control) {
    return status(control).condition(ConditionType.Ready).reason();
  }

  private static Status failure(int code, String message) {
    return new StatusBuilder().withStatus("Failure").withCode(code).withMessage(message).build();
  }
}
