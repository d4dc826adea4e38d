package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec.Mode;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevFleetSpec;
import io.godev.api.v1alpha1.GoDevFleetStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A fleet of three with real pods: made, changed, given back a template, and shrunk. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FleetIT {
  private static final String EXPECT = "# expect: ";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-fleet");

  private static Stream<Path> invalidFleets() throws IOException {
    return Files.list(Path.of("src/test/resources/invalid-fleet")).sorted();
  }

  @ParameterizedTest
  @MethodSource("invalidFleets")
  @Order(1)
  void anInvalidFleetIsRefusedWithItsMessage(Path file) throws IOException {
    // Given
    var text = Files.readString(file);
    var expected = text.lines().findFirst().orElseThrow().substring(EXPECT.length());

    // When
    var refusal =
        catchThrowable(
            () ->
                cluster
                    .client()
                    .resource(
                        cluster
                            .client()
                            .getKubernetesSerialization()
                            .unmarshal(text, GenericKubernetesResource.class))
                    .inNamespace(cluster.namespace())
                    .dryRun()
                    .fieldValidation(Validation.STRICT)
                    .create());

    // Then
    assertThat(refusal)
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "gdf, 'Many environments of one template'",
    "gdf.spec.members, 'Who gets an environment'",
    "gdf.spec.template.spec.run.ports, 'Ports the program listens on'",
    "gdf.spec.rollout.onFailure, 'RollBack'",
    "gdf.status.updating, 'have yet to show'"
  })
  @Order(1)
  void kubectlExplainsIt(String field, String words) {
    // Then: the API server publishes a definition some moments after it was installed
    cluster.awaitThat(
        "kubectl explain " + field,
        Duration.ofSeconds(30),
        () ->
            assertThat(Kubectl.with("", "explain", field).out().replaceAll("\\s+", " "))
                .contains(words));
  }

  @Test
  @Order(2)
  void everyMemberHasItsEnvironment() {
    // Given: one that somebody else made
    var theirs = cluster.sample("suspended.yaml");
    theirs.getMetadata().setName("workshop-theirs");
    cluster.create(theirs);
    var fleet = sample();

    // When
    cluster.client().resource(fleet).inNamespace(cluster.namespace()).create();

    // Then
    var status = await(s -> isReady(s, "True", "Ready"));
    assertThat(status.members()).isEqualTo(3);
    assertThat(status.ready()).isEqualTo(3);
    assertThat(status.suspended()).isEqualTo(1);
    assertThat(cluster.get("workshop-alice", "/")).isEqualTo("Hello, alice!\n");
    assertThat(cluster.get("workshop-bob", "/")).isEqualTo("Hello, everybody!\n");
    assertThat(cluster.pod("workshop-carol").get()).isNull();
    await(s -> s.template().current().equals(s.template().lastGood()));
  }

  @Test
  @Order(3)
  void aChangeReachesOneAfterTheOtherAndLeavesTheModeToPeople() {
    // Given: bob's owner suspends it, and takes nothing else into her hands
    cluster.edit("workshop-bob", "{\"spec\":{\"mode\":\"Suspended\"}}");
    await(s -> s.suspended() == 2 && isReady(s, "True", "Ready"));
    var begin = Instant.now();
    var alice = cluster.pod("workshop-alice").get().getMetadata().getUid();

    // When
    edit(
        "{\"spec\":{\"template\":{\"spec\":{\"go\":{\"env\":[{\"name\":\"CHANGED\",\"value\":\"1\"}]}}}}}");

    // Then
    await(s -> s.updated() == 3 && isReady(s, "True", "Ready"));
    assertThat(environment("bob").getSpec().mode()).isEqualTo(Mode.Suspended);
    assertThat(environment("bob").getSpec().go().env()).hasSize(1);
    assertThat(cluster.pod("workshop-alice").get().getMetadata().getUid()).isNotEqualTo(alice);
    assertThat(environmentWrites(begin))
        .containsExactlyInAnyOrder(
            "update workshop-alice", "update workshop-bob", "update workshop-carol");
    cluster.edit("workshop-bob", "{\"spec\":{\"mode\":\"Running\"}}");
    await(s -> s.suspended() == 1 && isReady(s, "True", "Ready"));
    await(s -> s.template().current().equals(s.template().lastGood()));
  }

  @Test
  @Order(4)
  void aTemplateThatDoesNotCompileStopsAtTheFirstAndIsTakenBack() {
    // Given
    var bob = cluster.pod("workshop-bob").get().getMetadata().getUid();

    // When
    edit(
        "{\"spec\":{\"template\":{\"spec\":{\"source\":{\"files\":{\"broken.go\":\"package main\\n\\nvar x = y\\n\"}}}}}}");

    // Then
    var status = await(s -> isReady(s, "False", "RolledBack"));
    assertThat(status.condition(ConditionType.Stalled).holds()).isTrue();
    assertThat(status.condition(ConditionType.Ready).message())
        .contains("alice", "BuildFailed", "broken.go:3", "Correct spec.template");
    assertThat(status.template().failure().member()).isEqualTo("alice");
    assertThat(cluster.pod("workshop-bob").get().getMetadata().getUid()).isEqualTo(bob);
    await(s -> s.ready() == 3);
    assertThat(cluster.get("workshop-alice", "/")).isEqualTo("Hello, alice!\n");

    // When: it is corrected
    edit("{\"spec\":{\"template\":{\"spec\":{\"source\":{\"files\":{\"broken.go\":null}}}}}}");

    // Then
    assertThat(await(s -> isReady(s, "True", "Ready")).template().failure()).isNull();
  }

  @Test
  @Order(5)
  void aTemplateThatAnEnvironmentCannotTakeIsNamedAndTouchesNobody() {
    // Given
    var alice = cluster.pod("workshop-alice").get().getMetadata().getUid();
    var before = sample().getSpec().template().spec().source();

    // When: another kind of source
    edit(
        "{\"spec\":{\"template\":{\"spec\":{\"source\":{\"files\":null,\"claim\":{\"name\":\"code\"}},\"storage\":{\"workspace\":null}}}}}");

    // Then
    var status = await(s -> isReady(s, "False", "RolledBack"));
    assertThat(status.condition(ConditionType.Ready).message())
        .contains("the kind of source cannot be changed");
    assertThat(cluster.pod("workshop-alice").get().getMetadata().getUid()).isEqualTo(alice);

    // When: it is corrected
    edit(
        "{\"spec\":{\"template\":{\"spec\":{\"source\":{\"claim\":null,\"files\":%s},\"storage\":{\"workspace\":{\"size\":\"100Mi\"}}}}}}"
            .formatted(cluster.client().getKubernetesSerialization().asJson(before.files())));
    await(s -> isReady(s, "True", "Ready"));
  }

  @Test
  @Order(6)
  void whoIsListedNoMoreIsDeletedUnlessProtectedAndANameOfSomebodyElseIsLeft() {
    // Given
    cluster
        .environment("workshop-bob")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"deletionProtection\":true}}");
    var theirs = cluster.environment("workshop-theirs").get();

    // When
    edit(
        "{\"spec\":{\"members\":[{\"name\":\"carol\",\"mode\":\"Suspended\"},{\"name\":\"theirs\"}]}}");

    // Then
    var status = await(s -> isReady(s, "False", "NameConflict") && s.kept() != null);
    assertThat(status.kept()).containsExactly("workshop-bob");
    assertThat(status.failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.name()).isEqualTo("theirs"));
    cluster.awaitThat(
        "alice's environment goes",
        Duration.ofSeconds(60),
        () -> assertThat(cluster.environment("workshop-alice").get()).isNull());
    assertThat(cluster.environment("workshop-theirs").get().getMetadata().getResourceVersion())
        .isEqualTo(theirs.getMetadata().getResourceVersion());

    // When
    fleet().delete();

    // Then: what is protected stays, also when the fleet goes
    cluster.awaitThat(
        "carol's environment goes with the fleet",
        Duration.ofSeconds(60),
        () -> assertThat(cluster.environment("workshop-carol").get()).isNull());
    assertThat(environment("bob").getMetadata().getOwnerReferences()).isEmpty();
  }

  @Test
  @Order(7)
  void theOperatorWroteNoEnvironmentOfSomebodyElse() {
    // When
    var written =
        new AuditLog()
            .everything().stream()
                .filter(request -> request.resource().equals("godevenvironments"))
                .filter(request -> !List.of("get", "list", "watch").contains(request.verb()))
                .filter(request -> request.code() < 400)
                .filter(request -> request.namespace().startsWith("e2e-fleet"))
                .toList();

    // Then
    assertThat(written).isNotEmpty();
    assertThat(written)
        .allSatisfy(
            request -> {
              assertThat(request.namespace()).isEqualTo(cluster.namespace());
              assertThat(request.name()).isIn("workshop-alice", "workshop-bob", "workshop-carol");
            });
  }

  private static List<String> environmentWrites(Instant since) {
    return new AuditLog()
        .writes(cluster.namespace(), since).stream()
            .filter(request -> request.resource().equals("godevenvironments"))
            .filter(request -> request.code() < 400)
            .map(request -> request.verb() + " " + request.name())
            .toList();
  }

  private static boolean isReady(GoDevFleetStatus status, String value, String reason) {
    var ready = status.condition(ConditionType.Ready);
    return ready.status().name().equals(value) && ready.reason().equals(reason);
  }

  private static GoDevFleetStatus await(Predicate<GoDevFleetStatus> wanted) {
    cluster.awaitThat(
        "the fleet",
        PATIENCE,
        () ->
            assertThat(fleet().get())
                .matches(
                    fleet ->
                        fleet.getStatus() != null
                            && fleet
                                .getMetadata()
                                .getGeneration()
                                .equals(fleet.getStatus().observedGeneration())
                            && wanted.test(fleet.getStatus())));
    return fleet().get().getStatus();
  }

  private static GoDevEnvironment environment(String member) {
    return cluster.environment("workshop-" + member).get();
  }

  private static Resource<GoDevFleet> fleet() {
    return cluster
        .client()
        .resources(GoDevFleet.class)
        .inNamespace(cluster.namespace())
        .withName("workshop");
  }

  private static void edit(String mergePatch) {
    fleet().patch(PatchContext.of(PatchType.JSON_MERGE), mergePatch);
  }

  private static GoDevFleet sample() {
    try {
      var fleet =
          cluster
              .client()
              .getKubernetesSerialization()
              .unmarshal(Files.readString(Path.of("samples/fleet.yaml")), GoDevFleet.class);
      var spec = fleet.getSpec();
      var environment = new GoDevEnvironment();
      environment.setSpec(spec.template().spec());
      fleet.setSpec(
          new GoDevFleetSpec(
              new GoDevFleetSpec.Template(
                  spec.template().metadata(), cluster.warm(environment).getSpec()),
              spec.members(),
              spec.rollout(),
              spec.prune()));
      return fleet;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
