package io.godev.reconcile;

import static io.godev.reconcile.Answers.POD;
import static io.godev.reconcile.Answers.everything;
import static io.godev.reconcile.Answers.nothing;
import static io.godev.reconcile.Answers.requests;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.plan.Environments;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is done when the environment is not what the pass goes by any more. */
@EnableKubernetesMockClient
class BasisTest {
  private static final String ENVIRONMENT =
      "/apis/godev.io/v1alpha1/namespaces/team/godevenvironments/shop";

  KubernetesMockServer server;
  KubernetesClient client;

  private final Insistence insistence = new Insistence(new KubernetesSerialization());

  @Test
  void anEnvironmentThatIsAsItWasSeenIsCurrent() {
    // Given
    answer(environment());

    // Then
    assertThat(basis(environment()).isCurrent()).isTrue();
    assertThat(basis(environment()).isThere()).isTrue();
  }

  @ParameterizedTest
  @MethodSource
  void anEnvironmentThatAsksForSomethingElseIsNot(GoDevEnvironment now) {
    // Given
    answer(now);

    // Then
    assertThat(basis(environment()).isCurrent()).isFalse();
  }

  static Stream<GoDevEnvironment> anEnvironmentThatAsksForSomethingElseIsNot() {
    var changed = environment();
    changed.getMetadata().setGeneration(7L);
    var restarted = environment();
    restarted.getMetadata().setAnnotations(Map.of("godev.io/restart", "2"));
    var resumed = environment();
    resumed.getMetadata().setAnnotations(Map.of("godev.io/resume", "2"));
    return Stream.of(changed, restarted, resumed, another());
  }

  @Test
  void anEnvironmentThatIsGoneIsNot() {
    // Given: the server knows of nothing
    var basis = Basis.of(environment(), CachedContext.cacheOf(null), client);

    // Then
    assertThat(basis.isCurrent()).isFalse();
    assertThat(basis.isThere()).isFalse();
  }

  @Test
  void forAnEnvironmentThatWasReportedOnTheServerIsAskedBeforeSomethingIsCreated() {
    // Given: the server knows of nothing, and the watch does not say so yet
    var reported = environment();
    reported.setStatus(
        Serialization.unmarshal("observedGeneration: 1", GoDevEnvironmentStatus.class));

    // Then
    assertThat(basis(environment()).isThere()).isTrue();
    assertThat(requests(server)).isEmpty();
    assertThat(basis(reported).isThere()).isFalse();
  }

  @Test
  void anotherEnvironmentOfTheNameIsNotThisOne() {
    // Then
    assertThat(Basis.of(environment(), CachedContext.cacheOf(another()), client).isThere())
        .isFalse();
  }

  @Test
  void byAnOldViewNoPodIsRemoved() {
    // Given: the pod is of another spec, and it is the spec that is old
    var seen = everything(Environments.plan("run: {args: [-v]}"));
    var applier =
        new Applier(
            client, Environments.plan(""), Answers.basis(true, false), created -> {}, insistence);

    // When
    var after =
        applier.apply(
            seen,
            new PodApplier(
                client, Answers.CLOCK, insistence, new Rehearsals(client, Answers.CLOCK)));

    // Then
    assertThat(requests(server)).noneMatch(request -> request.equals("DELETE " + POD));
    assertThat(after.pod().getMetadata().getDeletionTimestamp()).isNull();
    assertThat(applier.wentByThePast()).isTrue();
  }

  @Test
  void nothingIsCreatedForAnEnvironmentThatIsGone() {
    // Given
    var applier =
        new Applier(
            client, Environments.plan(""), Answers.basis(false, true), created -> {}, insistence);

    // When
    applier.apply(
        nothing(),
        new PodApplier(client, Answers.CLOCK, insistence, new Rehearsals(client, Answers.CLOCK)));

    // Then
    assertThat(requests(server)).isEmpty();
    assertThat(applier.wentByThePast()).isTrue();
  }

  private void answer(GoDevEnvironment environment) {
    server.expect().get().withPath(ENVIRONMENT).andReturn(200, environment).once();
  }

  private Basis basis(GoDevEnvironment seen) {
    return Basis.of(seen, CachedContext.cacheOf(seen), client);
  }

  private static GoDevEnvironment environment() {
    return Environments.environment("");
  }

  private static GoDevEnvironment another() {
    var another = environment();
    another.getMetadata().setUid("another");
    return another;
  }
}
