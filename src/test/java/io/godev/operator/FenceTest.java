package io.godev.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.HandClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class FenceTest {
  private static final Duration TERM = Duration.ofSeconds(20);

  private final HandClock clock = new HandClock();
  private final ConfigMap map =
      new ConfigMapBuilder().withNewMetadata().withName("files").endMetadata().build();
  private long nanos = Long.MAX_VALUE - 5;
  private final Fence fence = new Fence(TERM, clock, () -> nanos);

  KubernetesMockServer server;
  KubernetesClient client;

  private KubernetesClient fenced;

  @BeforeEach
  void connect() {
    fenced =
        OperatorClients.client(
            client.getConfiguration(), new KubernetesSerialization(), List.of(fence));
  }

  @AfterEach
  void disconnect() {
    fenced.close();
  }

  @Test
  void beforeTheLeaseIsHeldNothingIsWrittenButEverythingRead() {
    // Then
    assertRefused();
    assertThat(fenced.configMaps().inNamespace("team").list().getItems()).isEmpty();
  }

  @Test
  void eachRenewalGivesItsTermFromTheMomentItWasSent() {
    // Given
    var sent = fence.renewal();
    pass(Duration.ofSeconds(5));
    fence.open(sent);

    // Then
    fenced.resource(map).inNamespace("team").create();
    pass(TERM.minusSeconds(6));
    fenced.resource(map).inNamespace("team").delete();
    pass(Duration.ofSeconds(1));
    assertRefused();
  }

  @Test
  void aClockThatIsTurnedBackGivesNoTime() {
    // Given
    fence.open(fence.renewal());

    // When
    nanos += TERM.toNanos();
    clock.pass(Duration.ofHours(-1));

    // Then
    assertRefused();
  }

  @Test
  void aMachineThatSleptHasNoTimeLeft() {
    // Given
    fence.open(fence.renewal());

    // When
    clock.pass(TERM);

    // Then
    assertRefused();
  }

  @Test
  void aLeaseThatIsGivenBackIsNoRight() {
    // Given
    fence.open(fence.renewal());

    // When
    fence.close();

    // Then
    assertRefused();
  }

  private void pass(Duration time) {
    clock.pass(time);
    nanos += time.toNanos();
  }

  private void assertRefused() {
    var before = server.getRequestCount();
    assertThatThrownBy(() -> fenced.resource(map).inNamespace("team").create())
        .isInstanceOf(KubernetesClientException.class)
        .hasStackTraceContaining("another replica may lead");
    assertThat(server.getRequestCount()).isEqualTo(before);
  }
}
