package io.godev.reconcile;

import static io.godev.reconcile.Answers.CLOCK;
import static io.godev.reconcile.Answers.POD;
import static io.godev.reconcile.Answers.everything;
import static io.godev.reconcile.Answers.failure;
import static io.godev.reconcile.Answers.objects;
import static io.godev.reconcile.Answers.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.assess.Observation;
import io.godev.plan.EnvironmentPlan;
import io.godev.plan.Environments;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnableKubernetesMockClient
class OutdatedViewTest {
  private final EnvironmentPlan plan = Environments.plan("");
  KubernetesMockServer server;
  KubernetesClient client;

  private final Insistence insistence = new Insistence(new KubernetesSerialization());

  @ParameterizedTest
  @ValueSource(ints = {404, 409})
  void aResizeThatComesTooLateIsTriedAgain(int code) {
    // Given
    var larger = Environments.plan("resources: {limits: {memory: 2Gi}}");
    server.expect().patch().withPath(POD + "/resize").andReturn(code, failure(code, "late")).once();
    var applier = new Applier(client, larger, Answers.CURRENT, created -> {}, insistence);

    // When
    applier.apply(
        new Observation(running(plan), objects(larger), List.of(), List.of()),
        new PodApplier(client, CLOCK, insistence, new Rehearsals(client, CLOCK)));

    // Then
    assertThat(applier.nextPass()).hasSeconds(1);
  }

  @Test
  void aPodThatWasNotDeletedIsNotReportedAsLeaving() {
    // Given
    server.expect().delete().withPath(POD).andReturn(409, failure(409, "modified")).once();
    var applier =
        new Applier(
            client,
            Environments.plan("run: {args: [-v]}"),
            Answers.CURRENT,
            created -> {},
            insistence);

    // When
    var after =
        applier.apply(
            everything(plan),
            new PodApplier(client, CLOCK, insistence, new Rehearsals(client, CLOCK)));

    // Then
    assertThat(after.pod().getMetadata().getDeletionTimestamp()).isNull();
  }
}
