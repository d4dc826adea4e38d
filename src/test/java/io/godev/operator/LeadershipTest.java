package io.godev.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class LeadershipTest {
  private final Replica one = new Replica("one");
  private final Replica other = new Replica("other");

  KubernetesClient client;

  @AfterEach
  void stop() {
    one.leadership.stop();
    other.leadership.stop();
  }

  @Test
  void anOrderlyStopHandsOverAtOnce() throws InterruptedException {
    // Given
    one.seek();
    one.won.await();
    other.seek();
    await().until(other.leadership::isStandby);
    assertThat(one.leadership.isStandby()).isFalse();
    assertThat(other.leadership.isLeading()).isFalse();
    assertThat(other.fence.isOpen()).isFalse();
    assertThat(one.fence.isOpen()).isTrue();

    // When
    one.leadership.stop();

    // Then
    assertThat(lease().getSpec().getLeaseDurationSeconds()).isEqualTo(1);
    assertThat(one.fence.isOpen()).isFalse();
    // long before the lease would have run out
    await().atMost(Leadership.DURATION.dividedBy(3)).until(() -> other.won.getCount() == 0);
    assertThat(other.fence.isOpen()).isTrue();
    assertThat(one.lost.getCount()).isEqualTo(1);
  }

  @Test
  void whoseLeaseIsTakenHasLost() throws InterruptedException {
    // Given
    one.seek();
    one.won.await();

    // When
    client
        .resource(lease())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"holderIdentity\": \"other\"}}");

    // Then
    await().until(() -> one.lost.getCount() == 0);
    assertThat(one.leadership.isLeading()).isFalse();
  }

  private Lease lease() {
    return client.resources(Lease.class).inNamespace("test").withName(Leadership.LEASE).get();
  }

  private final class Replica {
    private final String name;
    private final Fence fence = new Fence(Leadership.DEADLINE, Clock.systemUTC(), System::nanoTime);
    private final Leadership leadership = new Leadership(fence, Clock.systemUTC());
    private final CountDownLatch won = new CountDownLatch(1);
    private final CountDownLatch lost = new CountDownLatch(1);

    Replica(String name) {
      this.name = name;
    }

    void seek() {
      leadership.seek(client, "test", name, won::countDown, lost::countDown);
    }
  }
}
