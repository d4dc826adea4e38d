package io.godev.cli.up;

import static io.godev.cli.Ran.godevIn;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.APIResourceListBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.Ran;
import io.godev.cli.environment.Shop;
import io.godev.plan.Environments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is refused before anything is applied, and what goes wrong later; the rest is for a real
 * cluster.
 */
@EnableKubernetesMockClient(https = false, crud = true)
class UpCommandTest {
  private static final String SHOP =
      """
      apiVersion: godev.io/v1alpha1
      kind: GoDevEnvironment
      metadata: {name: %s}
      spec:
        source: {sync: {}}
      """;

  KubernetesMockServer server;
  KubernetesClient client;
  @TempDir Path folder;

  @Test
  void withoutAFileInitIsNamed() throws IOException {
    // When
    var ran = up(null);

    // Then
    assertThat(ran.err()).contains("there is no ", "\"godev init\" writes one");
  }

  @Test
  void aFileForAnotherNamespaceIsNotAppliedToThisOne() throws IOException {
    // When
    var ran = up(SHOP.formatted("shop, namespace: review"));

    // Then
    assertThat(ran.err())
        .contains(
            "metadata.namespace: ", "names the namespace review, and this command works in team")
        .contains("Add -n review.");
  }

  @Test
  void aFileWithTwoEnvironmentsSaysNotWhichOneIsMeant() throws IOException {
    // When
    var ran = up(SHOP.formatted("shop") + "---\n" + SHOP.formatted("api"));

    // Then
    assertThat(ran.err()).contains("holds 2 environments (shop, api); keep one in a file.");
  }

  @Test
  void everyViolationIsNamedWithItsLine() throws IOException {
    // When
    var ran = up(SHOP.formatted("shop") + "  mode: Sleeping\n  run: {args: 1}\n");

    // Then
    assertThat(ran.err())
        .contains("would be refused:", "line 6: spec.mode", "line 7: spec.run.args");
  }

  @Test
  void aLogThatIsRefusedIsNoSuspension() throws IOException {
    // Given: an environment that is ready, and that the user may change
    var shop =
        Shop.environment(
            "",
            """
            observedGeneration: 1
            conditions:
            - {type: Ready, status: 'True', reason: Ready, message: x, observedGeneration: 1}
            """);
    client.resource(shop).create();
    server
        .expect()
        .get()
        .withPath("/apis/godev.io/v1alpha1")
        .andReturn(
            200,
            new APIResourceListBuilder()
                .withGroupVersion("godev.io/v1alpha1")
                .addNewResource()
                .withName("godevenvironments")
                .withKind("GoDevEnvironment")
                .withNamespaced(true)
                .endResource()
                .build())
        .always();
    server
        .expect()
        .patch()
        .withPath(
            "/apis/godev.io/v1alpha1/namespaces/team/godevenvironments/shop?fieldManager=godev&force=false")
        .andReturn(200, shop)
        .always();
    client.resource(Shop.runningPod()).create();
    server
        .expect()
        .get()
        .withPath("/api/v1/namespaces/team/pods/shop/log?pretty=false&container=dev&limitBytes=1")
        .andReturn(
            403, new StatusBuilder().withCode(403).withMessage("you cannot get pods/log").build())
        .always();
    var file = Files.writeString(folder.resolve("godev.yaml"), Environments.yaml(""));

    // When
    var ran = godevIn(client, "up", "-f", file.toString());

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out())
        .as(ran.err())
        .contains("shop is ready")
        .doesNotContain("suspended or deleted");
    assertThat(ran.err())
        .contains("you cannot get pods/log. Ask who runs the cluster for that right");
    assertThat(ran.stream()).isEmpty();
  }

  private Ran up(String text) throws IOException {
    var file = folder.resolve("godev.yaml");
    if (text != null) {
      Files.writeString(file, text);
    }
    var ran = godevIn(client, "up", "-f", file.toString());
    assertThat(ran.code()).isEqualTo(1);
    assertThat(client.resources(GoDevEnvironment.class).inAnyNamespace().list().getItems())
        .isEmpty();
    return ran;
  }
}
