package io.godev.cli.environment;

import static io.godev.cli.Ran.godevIn;
import static io.godev.cli.environment.Shop.ended;
import static io.godev.cli.environment.Shop.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.server.mock.OutputStreamMessage;
import io.fabric8.kubernetes.client.server.mock.StatusMessage;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnableKubernetesMockClient(https = false, crud = true)
class ExecCommandTest {
  private static final String EXEC =
      "/api/v1/namespaces/team/pods/shop/exec?command=go&command=version&container=dev&stdout=true&stderr=true";

  KubernetesMockServer server;
  KubernetesClient client;

  @BeforeEach
  void shop() {
    client.resource(Shop.environment("", "")).create();
  }

  @Test
  void theOutputIsThatOfTheCommand() {
    // Given
    client.resource(Shop.pod(List.of(), running("dev"))).create();
    answer("go version go1.26\n", new StatusBuilder().withStatus("Success").build());

    // When
    var ran = godevIn(client, "exec", "shop", "--", "go", "version");

    // Then
    assertThat(ran.err()).isEmpty();
    assertThat(ran.stream()).isEqualTo("go version go1.26\n");
    assertThat(ran.code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 127})
  void theExitCodeIsThatOfTheCommand(int code) {
    // Given
    client.resource(Shop.pod(List.of(), running("dev"))).create();
    answer(
        "",
        new StatusBuilder()
            .withStatus("Failure")
            .withReason("NonZeroExitCode")
            .withNewDetails()
            .addNewCause("ExitCode", String.valueOf(code), "ExitCode")
            .endDetails()
            .build());

    // Then
    var ran = godevIn(client, "exec", "shop", "--", "go", "version");
    assertThat(ran.code()).describedAs(ran.err()).isEqualTo(code);
  }

  @Test
  void aCommandThatCannotBeStartedSaysWhy() {
    // Given
    client.resource(Shop.pod(List.of(), running("dev"))).create();
    answer(
        "",
        new StatusBuilder()
            .withStatus("Failure")
            .withReason("InternalError")
            .withMessage("exec: \"go\": executable file not found in $PATH")
            .build());

    // When
    var ran = godevIn(client, "exec", "shop", "--", "go", "version");

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .contains("the command was not started: exec: \"go\": executable file not found");
  }

  @Test
  void aProgramThatDoesNotRunHasNoPlaceForCommands() {
    // When
    var noPod = godevIn(client, "exec", "shop");
    client.resource(Shop.pod(List.of(), ended("dev", 1))).create();
    var ended = godevIn(client, "exec", "shop");

    // Then
    assertThat(noPod.code()).isEqualTo(1);
    assertThat(noPod.err())
        .contains("the program's container does not run; \"godev status shop\" says why");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).isEqualTo(noPod.err());
  }

  private void answer(String output, Status status) {
    server
        .expect()
        .get()
        .withPath(EXEC)
        .andUpgradeToWebSocket()
        .open(new OutputStreamMessage(output), new StatusMessage(status))
        // with nothing to come the mock would cut the connection, at times before all was sent
        .expect("what is never sent")
        .andEmit("")
        .once()
        .done()
        .always();
  }
}
