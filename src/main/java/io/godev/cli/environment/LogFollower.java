package io.godev.cli.environment;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.godev.cli.common.Failures;
import io.vertx.core.VertxException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Follows the log of an environment: from step to step, through restarts, and into the pod that
 * replaces the one before.
 */
public final class LogFollower {
  // the log ends a moment before the kubelet says that the container did
  private static final int LAG_SECONDS = 3;
  private static final int SLICE_SECONDS = 5;
  private static final int OUTAGE_MILLIS = 500;

  private final PodResource pod;
  private final Function<Pod, Optional<ContainerChoice>> choice;
  private final Consumer<String> headings;

  /** Of whatever container matters; {@code headings} hears of each that is followed. */
  public LogFollower(
      KubernetesClient client, String namespace, String pod, Consumer<String> headings) {
    this(client.pods().inNamespace(namespace).withName(pod), ContainerChoice::of, headings);
  }

  LogFollower(
      PodResource pod, Function<Pod, Optional<ContainerChoice>> choice, Consumer<String> headings) {
    this.pod = pod;
    this.choice = choice;
    this.headings = headings;
  }

  /**
   * Writes lines to {@code sink} until {@code ended}, which is asked between two logs, or the
   * thread is interrupted. While the API server is away it waits.
   *
   * @param tail how many of the first log's last lines; null for all
   */
  public void follow(Integer tail, OutputStream sink, BooleanSupplier ended) {
    var last = "";
    var first = true;
    while (true) {
      var before = last;
      var next = await(choice -> !choice.run().equals(before) || choice.live(), ended);
      if (next.isEmpty()) {
        return;
      }
      if (!isThere(next.get())) {
        pause(LAG_SECONDS * 1000);
        continue;
      }
      var isAnother = !next.get().run().equals(last);
      if (isAnother) {
        headings.accept(next.get().container());
      }
      last = next.get().run();
      if (!stream(log(next.get(), isAnother, first ? tail : null), sink)) {
        return;
      }
      first = false;
      awaitEnd(next.get());
    }
  }

  private Logged log(ContainerChoice of, boolean isAnother, Integer tail) {
    var container = pod.inContainer(of.container());
    if (!isAnother) {
      // the API server ends long streams: what the same container wrote meanwhile
      return container.sinceSeconds(LAG_SECONDS)::watchLog;
    }
    return tail == null ? container::watchLog : container.tailingLines(tail)::watchLog;
  }

  /**
   * Whether there is a log to follow. A followed log takes whatever is answered for the program's
   * words, a refusal too.
   */
  private boolean isThere(ContainerChoice of) {
    try {
      pod.inContainer(of.container()).limitBytes(1).getLog();
      return true;
    } catch (KubernetesClientException e) {
      // else it went between the look at it and the request: the next look tells
      if (Failures.isRefusal(e)) {
        throw e;
      }
    } catch (VertxException e) {
      // the next look waits for the API server
    }
    return false;
  }

  private interface Logged {
    LogWatch watch(OutputStream sink);
  }

  // whether it ended by itself
  private static boolean stream(Logged log, OutputStream sink) {
    try (var watch = log.watch(sink)) {
      watch.onClose().toCompletableFuture().get();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | KubernetesClientException | VertxException e) {
      // the pod went between the look at it and the request: the next look tells
      return !Thread.currentThread().isInterrupted();
    }
  }

  private Optional<ContainerChoice> await(
      Predicate<ContainerChoice> wanted, BooleanSupplier ended) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        if (ended.getAsBoolean()) {
          break;
        }
      } catch (KubernetesClientException | VertxException e) {
        pauseAfter(e);
        continue;
      }
      var found = within(SLICE_SECONDS, pod -> choice.apply(pod).filter(wanted).isPresent());
      if (found.isPresent()) {
        return found.flatMap(choice);
      }
    }
    return Optional.empty();
  }

  private void awaitEnd(ContainerChoice of) {
    within(
        LAG_SECONDS,
        pod -> choice.apply(pod).filter(now -> now.live() && now.equals(of)).isEmpty());
  }

  private Optional<Pod> within(int seconds, Predicate<Pod> wanted) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        return Optional.of(
            pod.waitUntilCondition(
                pod -> pod != null && wanted.test(pod), seconds, TimeUnit.SECONDS));
      } catch (KubernetesClientTimeoutException e) {
        return Optional.empty();
      } catch (KubernetesClientException | VertxException e) {
        pauseAfter(e);
      }
    }
    return Optional.empty();
  }

  private static void pauseAfter(RuntimeException failure) {
    if (!isOutage(failure)) {
      throw failure;
    }
    pause(OUTAGE_MILLIS);
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // a broken connection has no code, or comes as the HTTP client's own exception
  private static boolean isOutage(RuntimeException failure) {
    return !(failure instanceof KubernetesClientException answer)
        || answer.getCode() <= 0
        || answer.getCode() >= 500;
  }
}
