package io.godev.cli.environment;

import static io.godev.cli.Ran.godevIn;
import static io.godev.cli.environment.Shop.ended;
import static io.godev.cli.environment.Shop.running;
import static io.godev.cli.environment.Shop.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.vertx.core.VertxException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(https = false, crud = true)
class LogsCommandTest {
  private static final String LOG = "/api/v1/namespaces/team/pods/shop/log?pretty=false&container=";

  KubernetesMockServer server;
  KubernetesClient client;

  @BeforeEach
  void shop() {
    client.resource(Shop.environment("", "")).create();
  }

  @Test
  void theLogIsThatOfTheProgramAndTheHeadingBesideIt() {
    // Given
    create(Shop.pod(List.of(ended("source", 0), ended("build", 0)), running("dev")));
    log("dev", "hello\n");

    // When
    var ran = godevIn(client, "logs", "shop");

    // Then
    assertThat(ran.code()).isZero();
    assertThat(ran.stream()).isEqualTo("hello\n");
    assertThat(ran.err()).isEqualToIgnoringNewLines("-- log of dev");
  }

  @Test
  void aStepThatFailedIsShownInItsPlace() {
    // Given
    create(Shop.pod(List.of(ended("source", 0), ended("build", 1)), waiting("dev")));
    log("build", "main.go:4: undefined: greet\n");

    // Then
    assertThat(godevIn(client, "logs", "shop").stream()).isEqualTo("main.go:4: undefined: greet\n");
  }

  @Test
  void aContainerAndItsLastLinesAreChosen() {
    // Given
    create(Shop.pod(List.of(ended("source", 0), ended("build", 0)), running("dev")));
    log("build&tailLines=2", "a\nb\n");

    // When
    var ran = godevIn(client, "logs", "shop", "-c", "build", "--tail", "2");

    // Then
    assertThat(ran.stream()).isEqualTo("a\nb\n");
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void whatHasNoLogSaysWhy() {
    // When
    var noPod = godevIn(client, "logs", "shop");
    create(Shop.pod(List.of(waiting("source")), waiting("dev")));
    var notStarted = godevIn(client, "logs", "shop");
    var noContainer = godevIn(client, "logs", "shop", "-c", "sidecar");

    // Then
    assertThat(noPod.code()).isEqualTo(1);
    assertThat(noPod.err()).contains("shop has no pod; \"godev status shop\" says why");
    assertThat(notStarted.code()).isEqualTo(1);
    assertThat(notStarted.err()).contains("nothing has been started yet");
    assertThat(noContainer.code()).isEqualTo(1);
    assertThat(noContainer.err())
        .contains("the pod has no container sidecar; it has source, build, dev");
  }

  @Test
  void followingGoesOnFromTheStepToTheProgram() {
    // Given
    create(Shop.pod(List.of(ended("source", 0), ended("build", 0)), waiting("dev")));
    log("build&follow=true", "built\n");
    log("dev&follow=true", "served\n");
    var out = new ByteArrayOutputStream();
    List<String> headings = new ArrayList<>();
    // asked before each log: the program is started after the first
    Iterator<Boolean> ended = List.of(false, false, true).iterator();
    var follower =
        new LogFollower(
            client,
            "team",
            "shop",
            container -> {
              headings.add(container);
              if (container.equals("build")) {
                client
                    .resource(
                        Shop.pod(List.of(ended("source", 0), ended("build", 0)), ended("dev", 0)))
                    .update();
              }
            });

    // When
    follower.follow(null, out, ended::next);

    // Then
    assertThat(headings).containsExactly("build", "dev");
    assertThat(out).hasToString("built\nserved\n");
  }

  @Test
  void followingOutlivesAnOutageOfTheApiServer() {
    // Given
    create(Shop.pod(List.of(ended("source", 0), ended("build", 0)), ended("dev", 0)));
    log("dev&follow=true", "served\n");
    var out = new ByteArrayOutputStream();
    Iterator<BooleanSupplier> answers =
        List.<BooleanSupplier>of(
                failing(new KubernetesClientException("connection refused")),
                failing(new KubernetesClientException("etcd has no leader", 503, null)),
                failing(new VertxException("Connection was closed")),
                () -> false,
                () -> true)
            .iterator();

    // When
    new LogFollower(client, "team", "shop", container -> {})
        .follow(null, out, () -> answers.next().getAsBoolean());

    // Then
    assertThat(out).hasToString("served\n");
  }

  @Test
  void followingEndsWhereItIsRefused() {
    // Given
    var refusal = new KubernetesClientException("forbidden", 403, null);

    // When, then
    assertThatThrownBy(
            () ->
                new LogFollower(client, "team", "shop", container -> {})
                    .follow(
                        null, new ByteArrayOutputStream(), () -> failing(refusal).getAsBoolean()))
        .isSameAs(refusal);
  }

  @Test
  void aRefusedLogIsNoWordOfTheProgram() {
    // Given
    create(Shop.pod(List.of(ended("source", 0), ended("build", 0)), running("dev")));
    var words = "pods \"shop\" is forbidden: User \"bob\" cannot get resource \"pods/log\"";
    var refusal =
        new StatusBuilder().withCode(403).withReason("Forbidden").withMessage(words).build();
    server.expect().get().withPath(LOG + "dev&limitBytes=1").andReturn(403, refusal).always();
    server.expect().get().withPath(LOG + "dev&follow=true").andReturn(403, refusal).always();

    // When
    var ran = godevIn(client, "logs", "shop", "-f");

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.stream()).isEmpty();
    assertThat(ran.err()).contains(words + ". Ask who runs the cluster for that right");
  }

  @Test
  void aLogThatIsNotThereYetIsFollowedWhole() {
    // Given
    create(Shop.pod(List.of(ended("source", 0), ended("build", 0)), running("dev")));
    server.expect().get().withPath(LOG + "dev&limitBytes=1").andReturn(404, "no such pod").once();
    log("dev&tailLines=2&follow=true", "served\n");
    var out = new ByteArrayOutputStream();
    Iterator<Boolean> ended = List.of(false, false, true).iterator();

    // When
    new LogFollower(client, "team", "shop", container -> {}).follow(2, out, ended::next);

    // Then
    assertThat(out).hasToString("served\n");
  }

  private static BooleanSupplier failing(RuntimeException failure) {
    return () -> {
      throw failure;
    };
  }

  private void create(Pod pod) {
    client.resource(pod).create();
  }

  private void log(String container, String text) {
    server.expect().get().withPath(LOG + container).andReturn(200, text).always();
    // what is followed is asked for before
    var name = container.replaceFirst("&.*", "");
    server.expect().get().withPath(LOG + name + "&limitBytes=1").andReturn(200, "").always();
  }
}
