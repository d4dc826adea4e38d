package io.godev.cli.sync;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.godev.cli.environment.Shop;
import io.godev.cli.sync.Transport.NotReadyException;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnableKubernetesMockClient(https = false, crud = true)
class PodConnectorTest {
  private static final String POD = "/api/v1/namespaces/team/pods/shop";
  private static final String EXEC =
      POD
          + "/exec?command=%2Fgodev%2Fgodevd&command=receive&command=--client%3Dalice&container=dev"
          + "&stdin=true&stdout=true&stderr=true";

  KubernetesMockServer server;
  KubernetesClient client;
  private PodConnector connector;

  @BeforeEach
  void connector() {
    connector = new PodConnector(client, "team", "shop", "alice");
  }

  @Test
  void aPodThatComesIsWaitedFor() {
    // Given
    client.resource(Shop.environment("", "")).create();

    // Then
    assertThatThrownBy(() -> connector.connect(false))
        .isInstanceOf(NotReadyException.class)
        .hasMessage("waiting for the pod of the environment shop");
  }

  @Test
  void noPodComesForASuspendedEnvironment() {
    // Given
    client.resource(Shop.environment("mode: Suspended", "")).create();

    // Then
    assertThatThrownBy(() -> connector.connect(false))
        .isInstanceOf(SyncException.class)
        .hasMessage(
            "shop is suspended and has no pod to push to; \"godev resume shop\" starts it.");
  }

  @Test
  void norForOneThatIsGone() {
    assertThatThrownBy(() -> connector.connect(false))
        .isInstanceOf(SyncException.class)
        .hasMessage("the environment shop was deleted; \"godev up\" makes it again.");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void aRefusalIsNotTriedAgain(int code) {
    // Given
    client.resource(Shop.runningPod()).create();
    answerExec(code);

    // Then
    assertThatThrownBy(() -> connector.connect(false))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining(
            code == 401 ? "Log in again" : "Ask who runs the cluster for that right");
  }

  @Test
  void aRefusalToLookAtThePodNeither() {
    // Given
    server.expect().get().withPath(POD).andReturn(403, "no").always();

    // Then
    assertThatThrownBy(() -> connector.connect(false))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("Ask who runs the cluster for that right");
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 500, 503})
  void anythingElseIsTriedAgain(int code) {
    // Given
    client.resource(Shop.runningPod()).create();
    answerExec(code);

    // Then
    assertThatThrownBy(() -> connector.connect(false))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(NotReadyException.class);
  }

  private void answerExec(int code) {
    var status = new StatusBuilder().withCode(code).withMessage("pods \"shop\": no").build();
    server.expect().get().withPath(EXEC).andReturn(code, status).always();
  }
}
