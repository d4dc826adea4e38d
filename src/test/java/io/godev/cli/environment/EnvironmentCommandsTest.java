package io.godev.cli.environment;

import static io.godev.cli.Ran.godevIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec.Mode;
import io.godev.plan.Environments;
import io.godev.resolve.Lifecycle;
import io.godev.resolve.ResolvedEnvironment;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that change an environment, and those that show it. */
@EnableKubernetesMockClient(https = false, crud = true)
class EnvironmentCommandsTest {
  KubernetesClient client;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status", "logs", "exec", "restart", "suspend", "resume", "delete", "debug", "forward",
      })
  void anEnvironmentThatIsNotThereIsAnsweredWithThoseThatAre(String command) {
    // Given
    create("");

    // When
    var ran = godevIn(client, command, "shpo");

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .contains("there is no environment shpo in the namespace team; there is shop");
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void inAnEmptyNamespaceTheFirstCommandsAreNamed() {
    assertThat(godevIn(client, "restart", "shop").err())
        .contains("nor any other; \"godev init\" and \"godev up\" make one");
    assertThat(godevIn(client, "status").out())
        .contains(
            "no environments in the namespace team; \"godev init\" and \"godev up\" make one");
  }

  @Test
  void restartLeavesTheSpecAloneAndAsksForOnePod() {
    // Given
    create("");
    var before = Instant.now();

    // When
    var ran = godevIn(client, "restart", "shop", "--no-wait");

    // Then
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).isEqualToIgnoringNewLines("shop restarts");
    var restarted = shop().get();
    assertThat(
            Instant.parse(
                restarted
                    .getMetadata()
                    .getAnnotations()
                    .get(ResolvedEnvironment.RESTART_ANNOTATION)))
        .isBetween(before, Instant.now());
    assertThat(restarted.getSpec().mode()).isNull();
  }

  @Test
  void aFieldOfALaterReleaseIsPassedOver() {
    // Given
    create("");
    client
        .genericKubernetesResources(
            ResourceDefinitionContext.fromResourceType(GoDevEnvironment.class))
        .inNamespace("team")
        .withName("shop")
        .edit(
            shop -> {
              Map<String, Object> spec = shop.get("spec");
              spec.put("later", "yes");
              return shop;
            });

    // Then
    assertThat(godevIn(client, "suspend", "shop", "--no-wait").code()).isZero();
  }

  @Test
  void aSuspendedOneIsNotRestarted() {
    // Given
    create("mode: Suspended");

    // When
    var ran = godevIn(client, "restart", "shop", "--no-wait");

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("shop is suspended; \"godev resume shop\" starts it");
    assertThat(shop().get().getMetadata().getAnnotations()).isNullOrEmpty();
  }

  @Test
  void suspendAndResumeChangeTheModeAlone() {
    // Given
    create("go: {version: '1.25'}");

    // When
    var suspended = godevIn(client, "suspend", "shop", "--no-wait");
    var mode = shop().get().getSpec().mode();
    var resumed = godevIn(client, "resume", "shop", "--no-wait");

    // Then
    assertThat(suspended.code()).isZero();
    assertThat(suspended.out())
        .isEqualToIgnoringNewLines("shop is being suspended; its volumes stay");
    assertThat(mode).isEqualTo(Mode.Suspended);
    assertThat(resumed.code()).isZero();
    assertThat(resumed.out()).isEqualToIgnoringNewLines("shop starts");
    assertThat(shop().get().getSpec().mode()).isEqualTo(Mode.Running);
    assertThat(shop().get().getSpec().go().version()).isEqualTo("1.25");
  }

  @Test
  void oneThatRunsIsNotResumed() {
    // Given
    create("");
    var version = shop().get().getMetadata().getResourceVersion();

    // When
    var ran = godevIn(client, "resume", "shop");

    // Then
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).isEqualToIgnoringNewLines("shop is not suspended");
    assertThat(shop().get().getMetadata().getResourceVersion()).isEqualTo(version);
  }

  @Test
  void oneThatNobodyWorkedInIsResumedByAnAnnotationAndItsSpecIsLeftAlone() {
    // Given
    create("idle: {suspendAfterMinutes: 60}", "activity: {suspendedAt: '2026-01-01T12:00:00Z'}");
    var before = Instant.now();

    // When
    var ran = godevIn(client, "resume", "shop", "--no-wait");

    // Then
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .isEqualToIgnoringNewLines("shop was suspended because nobody worked in it, and starts");
    assertThat(shop().get().getSpec().mode()).isNull();
    assertThat(
            Instant.parse(
                shop().get().getMetadata().getAnnotations().get(Lifecycle.RESUME_ANNOTATION)))
        .isBetween(before, Instant.now());
  }

  @ParameterizedTest
  @ValueSource(strings = {"resume", "restart"})
  void oneWhoseTimeIsOverIsToldWhatGivesItMore(String command) {
    // Given
    create(
        "expiry: {afterHours: 1}",
        "activity: {suspendedAt: '2026-01-01T12:00:00Z', expiresAt: '2026-01-01T12:00:00Z'}");

    // When
    var ran = godevIn(client, command, "shop");

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .contains("the time of shop was over at 2026-01-01T12:00:00Z", "spec.expiry.afterHours");
    assertThat(shop().get().getMetadata().getAnnotations()).isNullOrEmpty();
  }

  @Test
  void suspendWaitsUntilThePodIsGone() {
    // Given
    create("");
    var operator =
        whenever(
            Mode.Suspended,
            "{type: Ready, status: 'False', reason: Suspended, message: Its pod is gone., observedGeneration: %d}");

    // When
    var ran = godevIn(client, "suspend", "shop");

    // Then
    operator.join();
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("shop is suspended; \"godev resume shop\" starts it again");
  }

  @Test
  void resumeTellsWhyItFailed() {
    // Given
    create("mode: Suspended");
    var operator =
        whenever(
            Mode.Running,
            "{type: Ready, status: 'False', reason: BuildFailed, message: 'main.go:4: no', observedGeneration: %1$d}\n"
                + "- {type: Stalled, status: 'True', reason: BuildFailed, message: x, observedGeneration: %1$d}");

    // When
    var ran = godevIn(client, "resume", "shop");

    // Then
    operator.join();
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("BuildFailed: main.go:4: no");
  }

  @Test
  void nothingIsDeletedWithoutAQuestionOrYes() {
    // Given
    create("");

    // When
    var ran = godevIn(client, "delete", "shop");

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("there is no terminal to ask at; say --yes to delete shop");
    assertThat(shop().get()).isNotNull();
  }

  @Test
  void deleteTellsWhichVolumesStayAndWhichGo() {
    // Given
    var uid = create("").getMetadata().getUid();
    claim("shop-workspace", null);
    claim("shop-cache", uid);

    // When
    var ran = godevIn(client, "delete", "shop", "--yes");

    // Then
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .isEqualToIgnoringNewLines(
            """
            shop is deleted
              with its volumes: shop-cache
              its volumes stay, for another environment of this name: shop-workspace
              to remove them too: kubectl delete -n team pvc shop-workspace
            """);
    assertThat(shop().get()).isNull();
    assertThat(client.persistentVolumeClaims().inNamespace("team").withName("shop-workspace").get())
        .isNotNull();
  }

  @Test
  void deleteTellsWhatIsArchivedAndWhereItIsSeen() {
    // Given
    create("");
    var workspace = Environments.plan("storage: {onDelete: Archive}").objects().get(0);
    client.resource(workspace).create();

    // When
    var ran = godevIn(client, "delete", "shop", "--yes");

    // Then
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .isEqualToIgnoringNewLines(
            """
            shop is deleted
              archived, and then deleted: shop-workspace
              to see the archive: kubectl get pvc -n team -l godev.io/archive-of=shop -L godev.io/archive
            """);
  }

  @Test
  void statusIsForPeopleAndForPrograms() throws IOException {
    // Given
    create("");

    // When
    var table = godevIn(client, "status");
    var detail = godevIn(client, "status", "shop");
    var object = godevIn(client, "status", "shop", "-o", "json");
    var list = godevIn(client, "status", "-o", "json");

    // Then
    assertThat(table.out()).contains("NAME", "shop", "NotSeenYet");
    assertThat(detail.out()).contains("shop (namespace team)");
    assertThat(new ObjectMapper().readTree(object.out()).path("kind").asText())
        .isEqualTo("GoDevEnvironment");
    var tree = new ObjectMapper().readTree(list.out());
    assertThat(tree.path("kind").asText()).isEqualTo("List");
    assertThat(tree.at("/items/0/metadata/name").asText()).isEqualTo("shop");
  }

  @Test
  void aWatchIsForPeopleAlone() {
    // When
    var ran = godevIn(client, "status", "--watch", "-o", "json");

    // Then
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("--watch is for people: leave --output out");
  }

  @Test
  void whatHasNoDebuggerOrPortIsNotForwarded() {
    // Given
    client.resource(Shop.environment("", "goVersion: '1.26'")).create();

    // When
    var debug = godevIn(client, "debug", "shop");
    var forward = godevIn(client, "forward", "shop");

    // Then
    assertThat(debug.code()).isEqualTo(1);
    assertThat(debug.err()).contains("Set spec.debug.mode to Delve", "godev debug shop --attach");
    assertThat(forward.code()).isEqualTo(1);
    assertThat(forward.err()).contains("add one to spec.run.ports");
  }

  @ParameterizedTest
  @ValueSource(strings = {"debug", "forward"})
  void whatNoOperatorHasLookedAtLacksNothingYet(String command) {
    // Given
    create("debug: {mode: Delve}\nrun: {ports: [{name: http, containerPort: 8080}]}");

    // When
    var ran = godevIn(client, command, "shop");

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("no operator has looked at shop yet; \"godev doctor\"");
  }

  @Test
  void anAttachedDebuggerIsTakenAway() {
    // Given
    var shop = create("");
    shop.getMetadata()
        .setAnnotations(Map.of(ResolvedEnvironment.DEBUG_ANNOTATION, ResolvedEnvironment.ATTACH));
    client.resource(shop).update();

    // When
    var ran = godevIn(client, "debug", "shop", "--detach");

    // Then
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).isEqualToIgnoringNewLines("the debugger leaves shop");
    // null in a merge patch removes it; the mock keeps the key (RFC 7386)
    assertThat(
            shop().get().getMetadata().getAnnotations().get(ResolvedEnvironment.DEBUG_ANNOTATION))
        .isNull();
  }

  private GoDevEnvironment create(String spec) {
    return create(spec, "");
  }

  private GoDevEnvironment create(String spec, String status) {
    return client.resource(Shop.environment(spec, status)).create();
  }

  private Resource<GoDevEnvironment> shop() {
    return client.resources(GoDevEnvironment.class).inNamespace("team").withName("shop");
  }

  private void claim(String name, String owner) {
    PersistentVolumeClaim claim =
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("team")
            .addToLabels("godev.io/environment", "shop")
            .endMetadata()
            .build();
    if (owner != null) {
      claim
          .getMetadata()
          .getOwnerReferences()
          .add(
              new OwnerReference(
                  "godev.io/v1alpha1", null, true, "GoDevEnvironment", "shop", owner));
    }
    client.resource(claim).create();
  }

  /** The operator: once the spec asks for that, the status says this. */
  private CompletableFuture<Void> whenever(Mode mode, String conditions) {
    return CompletableFuture.runAsync(
        () -> {
          await().until(() -> shop().get().getSpec().mode() == mode);
          var seen = shop().get();
          seen.setStatus(
              Shop.environment(
                      "",
                      "conditions:\n- " + conditions.formatted(seen.getMetadata().getGeneration()))
                  .getStatus());
          client.resource(seen).updateStatus();
        });
  }
}
