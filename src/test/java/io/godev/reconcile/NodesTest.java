package io.godev.reconcile;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.godev.cluster.Distribution;
import io.godev.cluster.Platform;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class NodesTest {
  KubernetesMockServer server;
  KubernetesClient client;

  private final BlockingQueue<Platform> told = new LinkedBlockingQueue<>();
  private Nodes nodes;

  @BeforeEach
  void make() {
    nodes = new Nodes(client, Duration.ofMillis(500));
    nodes.onChange(() -> told.add(nodes.get()));
  }

  @AfterEach
  void close() {
    nodes.close();
  }

  @Test
  void theNodesAreKnownAfterTheStart() throws InterruptedException {
    // Given
    client.resource(node("docker-desktop", "v1")).create();

    // When
    nodes.start();

    // Then
    assertThat(nodes.get().distribution()).isEqualTo(Distribution.DockerDesktopKubeadm);
    assertThat(told.poll(10, SECONDS)).isEqualTo(nodes.get());
  }

  @Test
  void onlyAChangeOfThePlatformIsToldOf() throws InterruptedException {
    // Given
    client.resource(node("b", "v1")).create();
    nodes.start();
    told.poll(10, SECONDS);

    // When: another node behind it, which changes nothing, and one before it
    client.resource(node("c", "v1")).create();
    client.resource(node("a", "v2")).create();

    // Then
    assertThat(told.poll(10, SECONDS).kubernetesVersion()).isEqualTo("v2");
    assertThat(told).isEmpty();
  }

  @Test
  void aClusterThatHasNoNodeForAWhileIsWhatItWas() throws InterruptedException {
    // Given
    client.resource(node("a", "v1")).create();
    nodes.start();
    told.poll(10, SECONDS);

    // When
    client.resource(node("a", "v1")).delete();
    client.resource(node("b", "v1")).create();

    // Then
    assertThat(told.poll(10, SECONDS).node()).isEqualTo("b");
    assertThat(told).isEmpty();
  }

  @Test
  void aRightThatIsGivenLaterIsFound() throws InterruptedException {
    // Given
    client.resource(node("a", "v1")).create();
    server
        .expect()
        .get()
        .withPath("/api/v1/nodes?resourceVersion=0")
        .andReturn(403, Answers.failure(403, "nodes is forbidden"))
        .once();

    // When
    nodes.start();

    // Then
    assertThat(told.poll(10, SECONDS)).isEqualTo(Platform.UNKNOWN);
    assertThat(nodes.areForbidden()).isTrue();
    assertThat(told.poll(10, SECONDS).node()).isEqualTo("a");
    // that the right is there is told too, after it was found
    assertThat(told.poll(10, SECONDS).node()).isEqualTo("a");
    assertThat(nodes.areForbidden()).isFalse();
  }

  private static Node node(String name, String version) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewStatus()
        .withNewNodeInfo()
        .withKubeletVersion(version)
        .endNodeInfo()
        .endStatus()
        .build();
  }
}
