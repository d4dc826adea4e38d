package io.godev.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class SilenceLimitTest {
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final List<String> ends = new CopyOnWriteArrayList<>();

  KubernetesMockServer server;
  KubernetesClient client;

  private KubernetesClient limited;

  @AfterEach
  void disconnect() {
    limited.close();
    timer.shutdownNow();
  }

  @Test
  void aWatchInWhichNothingComesIsStartedAgainAndShowsWhatComesThen() {
    // Given
    connect(Duration.ofMillis(200));

    // When
    try (var watch = limited.configMaps().inNamespace("team").watch(watcher())) {
      await().until(() -> server.getRequestCount() >= 3);
      create("one");

      // Then
      await().until(() -> seen.contains("one"));
      assertThat(ends).isEmpty();
    }
  }

  @Test
  void aWatchInWhichSomethingComesStaysOpen() {
    // Given
    var limit = Duration.ofSeconds(2);
    connect(limit);

    // When
    try (var watch = limited.configMaps().inNamespace("team").watch(watcher())) {
      var changes = 0;
      var end = System.nanoTime() + limit.multipliedBy(2).toNanos();
      while (System.nanoTime() < end) {
        var name = "change-" + changes++;
        create(name);
        await().until(() -> seen.contains(name));
      }

      // Then
      assertThat(server.getRequestCount()).as("one watch and the creations").isEqualTo(1 + changes);
    }
  }

  private void connect(Duration limit) {
    limited =
        new KubernetesClientBuilder()
            .withConfig(client.getConfiguration())
            .withHttpClientFactory(
                new SilenceLimit(HttpClientUtils.getHttpClientFactory(), limit, timer))
            .build();
  }

  private void create(String name) {
    client
        .resource(new ConfigMapBuilder().withNewMetadata().withName(name).endMetadata().build())
        .inNamespace("team")
        .create();
  }

  private Watcher<ConfigMap> watcher() {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, ConfigMap map) {
        seen.add(map.getMetadata().getName());
      }

      @Override
      public void onClose(WatcherException cause) {
        ends.add(cause.getMessage());
      }
    };
  }
}
