package io.godev.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** Requests at a steady rate to a pod, until it is closed. */
final class Load implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final Queue<String> failed = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(4);

  Load(Pod pod, int port, int perSecond) {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://" + pod.getStatus().getPodIP() + ":" + port + "/"))
            .timeout(Duration.ofSeconds(5))
            .build();
    timer.scheduleAtFixedRate(() -> send(request), 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
  }

  /** What went wrong. */
  List<String> failed() {
    return List.copyOf(failed);
  }

  /** Waits until so many were answered. */
  void awaitAnswers(int number) {
    Awaitility.await(number + " answers of the load")
        .atMost(Duration.ofSeconds(10))
        .until(() -> answered.get() >= number || !failed.isEmpty());
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void send(HttpRequest request) {
    try {
      var answer = http.send(request, HttpResponse.BodyHandlers.discarding());
      if (answer.statusCode() == 200) {
        answered.incrementAndGet();
      } else {
        failed.add("status " + answer.statusCode());
      }
    } catch (IOException e) {
      failed.add(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
