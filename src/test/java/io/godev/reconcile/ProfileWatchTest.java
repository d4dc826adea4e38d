package io.godev.reconcile;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.plan.Environments;
import io.godev.resolve.profile.Choice;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is known of profiles, who is told when it changes, and what if it may not be known. */
@EnableKubernetesMockClient(crud = true)
class ProfileWatchTest {
  private static final String PROFILES = "/apis/godev.io/v1alpha1/godevprofiles?limit=1";
  private static final String NAMESPACES = "/api/v1/namespaces?limit=1";

  KubernetesMockServer server;
  KubernetesClient client;

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private ProfileWatch watch;

  @BeforeEach
  void make() {
    watch = new ProfileWatch(client);
    watch.onChange(() -> told.add("news"));
  }

  @AfterEach
  void close() {
    watch.close();
  }

  @Test
  void profilesAndLabelsOfNamespacesAreKnownAfterTheStart() {
    // Given
    create(profile("standard", "default: true, namespaces: {matchLabels: {team: a}}"));
    create(namespace("ours", "a"));
    create(namespace("theirs", "b"));

    // When
    var known = watch.start(true);

    // Then
    assertThat(known).isTrue();
    assertThat(chosen("ours", null)).isEqualTo("standard");
    assertThat(chosen("theirs", null)).isNull();
    assertThat(chosen("ours", "standard")).isEqualTo("standard");
    assertThat(chosen("theirs", "standard")).startsWith("the profile standard is not for this");
    assertThat(chosen("unknown", "standard")).startsWith("the profile standard is not for this");
  }

  @ParameterizedTest
  @CsvSource({PROFILES + ", 403", PROFILES + ", 404", NAMESPACES + ", 403"})
  void whereTheyMayNotBeSeenAnOperatorForSomeNamespacesGoesByNone(String path, int code) {
    // Given
    create(profile("standard", "default: true"));
    refuse(path, code);

    // When
    var known = watch.start(false);

    // Then
    assertThat(known).isFalse();
    assertThat(chosen("ours", null)).isNull();
    assertThat(chosen("ours", "standard")).startsWith("there is no GoDevProfile standard");
    assertThat(told).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({PROFILES + ", 403", PROFILES + ", 404", NAMESPACES + ", 403"})
  void whereTheyMayNotBeSeenAnOperatorForAllDoesNotStart(String path, int code) {
    // Given
    refuse(path, code);

    // Then: limits that somebody set would be passed over
    assertThatThrownBy(() -> watch.start(true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("apply the definitions and the ClusterRole of this release")
        .hasMessageContaining("GODEV_NAMESPACES")
        .hasMessageContaining("no such luck");
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void anApiServerThatDoesNotSayIsNoRefusal(boolean required) {
    // Given
    server
        .expect()
        .get()
        .withPath(PROFILES)
        .andReturn(401, Answers.failure(401, "no such luck"))
        .always();

    // Then
    assertThatThrownBy(() -> watch.start(required)).isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void aChangedProfileIsToldOfAndItsStatusIsNot() throws InterruptedException {
    // Given
    create(profile("standard", ""));
    watch.start(true);
    nothingMoreIsTold();

    // When
    var changed = profile("standard", "default: true");
    changed.getMetadata().setGeneration(2L);
    client.resource(changed).update();

    // Then
    assertThat(told.poll(10, SECONDS)).isNotNull();
    assertThat(chosen("ours", null)).isEqualTo("standard");

    // When: a status, which changes no generation, and something that is told of after it
    client
        .resources(GoDevProfile.class)
        .withName("standard")
        .editStatus(
            profile -> {
              profile.setStatus(new io.godev.api.v1alpha1.GoDevProfileStatus(true));
              return profile;
            });
    create(profile("another", ""));

    // Then
    assertThat(told.poll(10, SECONDS)).isNotNull();
    assertThat(told.poll(1, SECONDS)).isNull();

    // When
    client.resources(GoDevProfile.class).withName("standard").delete();

    // Then
    assertThat(told.poll(10, SECONDS)).isNotNull();
    assertThat(chosen("ours", null)).isNull();
  }

  @Test
  void aNamespaceWithOtherLabelsIsToldOf() throws InterruptedException {
    // Given
    create(profile("standard", "default: true, namespaces: {matchLabels: {team: a}}"));
    create(namespace("ours", "b"));
    watch.start(true);
    nothingMoreIsTold();
    assertThat(chosen("ours", null)).isNull();

    // When
    client.resource(namespace("ours", "a")).update();

    // Then
    assertThat(told.poll(10, SECONDS)).isNotNull();
    assertThat(chosen("ours", null)).isEqualTo("standard");
  }

  @Test
  void whatIsToldStartsAPassOfEveryEnvironment() throws InterruptedException {
    // Given
    var other = Environments.environment("");
    other.getMetadata().setName("other");
    var changes = PassStarter.ofProfiles(() -> Stream.of(Environments.environment(""), other));
    List<ResourceID> passes = new ArrayList<>();
    changes.setEventHandler(event -> passes.add(event.getRelatedCustomResourceID()));
    changes.start();

    // When
    changes.tell();

    // Then
    assertThat(passes)
        .containsExactly(new ResourceID("shop", "team"), new ResourceID("other", "team"));
  }

  private void nothingMoreIsTold() throws InterruptedException {
    while (told.poll(500, java.util.concurrent.TimeUnit.MILLISECONDS) != null) {
      // what was there at the start
    }
  }

  // name of the profile, why there is none, or null for none
  private String chosen(String namespace, String named) {
    var choice = watch.choose(namespace, GoDevEnvironmentSpec.ofProfile(named));
    if (choice instanceof Choice.Chosen chosen) {
      return chosen.profile().getMetadata().getName();
    }
    return choice instanceof Choice.Refused refused ? refused.refusal().problem() : null;
  }

  private void refuse(String path, int code) {
    server
        .expect()
        .get()
        .withPath(path)
        .andReturn(code, Answers.failure(code, "no such luck"))
        .always();
  }

  private void create(io.fabric8.kubernetes.api.model.HasMetadata object) {
    client.resource(object).create();
  }

  private static GoDevProfile profile(String name, String spec) {
    return new KubernetesSerialization()
        .unmarshal(
            """
            apiVersion: godev.io/v1alpha1
            kind: GoDevProfile
            metadata: {name: %s, generation: 1}
            spec: {%s}
            """
                .formatted(name, spec),
            GoDevProfile.class);
  }

  private static Namespace namespace(String name, String team) {
    return new KubernetesSerialization()
        .unmarshal(
            "---\n{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {team: %s}}}"
                .formatted(name, team),
            Namespace.class);
  }
}
