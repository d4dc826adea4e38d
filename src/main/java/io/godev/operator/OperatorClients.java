package io.godev.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;

/** The connections to the API server. */
final class OperatorClients implements AutoCloseable {
  private final KubernetesClient reconciler;
  private final KubernetesClient lease;
  private final KubernetesClient reports;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "silent-watches");
            thread.setDaemon(true);
            return thread;
          });

  OperatorClients(
      Config config,
      KubernetesSerialization serialization,
      ApiRequests requests,
      List<Interceptor> guards) {
    reconciler =
        builder(config, serialization, Stream.concat(guards.stream(), Stream.of(requests)).toList())
            .withHttpClientFactory(
                new SilenceLimit(HttpClientUtils.getHttpClientFactory(), SilenceLimit.LIMIT, timer))
            .build();
    lease = client(config, serialization, List.of(requests));
    reports = client(config, serialization, List.of(requests));
  }

  /**
   * For what the runtimes report, which every replica takes in, and which holds up nothing else.
   */
  KubernetesClient reports() {
    return reports;
  }

  /** For everything but the lease: its requests go by the guards. */
  KubernetesClient reconciler() {
    return reconciler;
  }

  /** For the lease alone: a reconciler that is busy does not keep it from being renewed. */
  KubernetesClient lease() {
    return lease;
  }

  @Override
  public void close() {
    reconciler.close();
    lease.close();
    reports.close();
    timer.shutdownNow();
  }

  static KubernetesClient client(
      Config config, KubernetesSerialization serialization, List<Interceptor> interceptors) {
    return builder(config, serialization, interceptors).build();
  }

  private static KubernetesClientBuilder builder(
      Config config, KubernetesSerialization serialization, List<Interceptor> interceptors) {
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(serialization)
        .withHttpClientBuilderConsumer(
            builder ->
                interceptors.forEach(
                    interceptor ->
                        builder.addOrReplaceInterceptor(
                            interceptor.getClass().getName(), interceptor)));
  }
}
