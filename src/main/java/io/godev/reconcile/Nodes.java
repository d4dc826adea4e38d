package io.godev.reconcile;

import static java.net.HttpURLConnection.HTTP_FORBIDDEN;

import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeList;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.godev.cluster.NodeFacts;
import io.godev.cluster.Platform;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The platform, watched in the cluster's nodes; {@link Platform#UNKNOWN} where the operator may not
 * see them.
 */
public final class Nodes implements Supplier<Platform>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Nodes.class);
  private static final long PATIENCE_SECONDS = 10;

  // rights that are given later come without a word, and an API server at its start knows none
  private static final Duration RETRY = Duration.ofSeconds(15);

  private final KubernetesClient client;
  private final Duration retry;
  private volatile SharedIndexInformer<Node> informer;
  private volatile Platform platform = Platform.UNKNOWN;
  private volatile Runnable listener = () -> {};
  private volatile boolean forbidden;
  private volatile boolean closed;

  public Nodes(KubernetesClient client) {
    this(client, RETRY);
  }

  Nodes(KubernetesClient client, Duration retry) {
    this.client = client;
    this.retry = retry;
  }

  /** Who is told when the platform is another one than before. */
  public void onChange(Runnable listener) {
    this.listener = listener;
  }

  /** Begins to watch, and returns when the nodes are known or cannot be for now. */
  public void start() {
    try {
      watch().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      LOG.info("the cluster is {}", platform.distribution().words());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      LOG.warn("the nodes are not known after {} s; what depends on them waits", PATIENCE_SECONDS);
    } catch (ExecutionException e) {
      LOG.info("the nodes cannot be seen, so nothing is said of the platform: {}", e.getMessage());
    }
  }

  private CompletionStage<Void> watch() {
    return listed()
        .thenCompose(
            listed -> {
              informer = informer();
              return informer.start();
            })
        .thenRun(this::look)
        .whenComplete(
            (done, failure) -> {
              var was = forbidden;
              forbidden = failure != null && isForbidden(failure);
              if (forbidden != was) {
                listener.run();
              }
              if (failure != null) {
                stop();
                CompletableFuture.delayedExecutor(retry.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(this::watchAgain);
              }
            });
  }

  // the informer would tell of a refusal with a stack trace, each time anew
  private CompletionStage<NodeList> listed() {
    try {
      return CompletableFuture.completedFuture(
          client.nodes().list(new ListOptionsBuilder().withLimit(1L).build()));
    } catch (KubernetesClientException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private SharedIndexInformer<Node> informer() {
    return client
        .nodes()
        .runnableInformer(0)
        .itemStore(new NodeStore())
        .exceptionHandler((started, failure) -> started || !isForbidden(failure))
        .addEventHandler(
            new ResourceEventHandler<>() {
              @Override
              public void onAdd(Node node) {
                look();
              }

              @Override
              public void onUpdate(Node before, Node node) {
                look();
              }

              @Override
              public void onDelete(Node node, boolean unknown) {
                look();
              }
            });
  }

  private void watchAgain() {
    if (!closed) {
      watch();
    }
  }

  @Override
  public Platform get() {
    return platform;
  }

  /** Whether the operator may not see the nodes, so that waiting for them is in vain. */
  public boolean areForbidden() {
    return forbidden;
  }

  @Override
  public void close() {
    closed = true;
    stop();
  }

  private void stop() {
    if (informer != null) {
      informer.stop();
    }
  }

  private void look() {
    if (isAnother()) {
      listener.run();
    }
  }

  // neither some of the nodes nor none tells what the cluster is
  private synchronized boolean isAnother() {
    var nodes = informer.getStore().list().stream().map(NodeFacts::of).toList();
    if (!informer.hasSynced() || nodes.isEmpty()) {
      return false;
    }
    var before = platform;
    platform = Platform.of(nodes);
    return !platform.equals(before);
  }

  private static boolean isForbidden(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException answer && answer.getCode() == HTTP_FORBIDDEN) {
        return true;
      }
    }
    return false;
  }

  /** Without the list of images and the heartbeats, which are most of a node. */
  private static final class NodeStore extends BasicItemStore<Node> {
    NodeStore() {
      super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public Node put(String key, Node node) {
      node.getMetadata().setManagedFields(null);
      if (node.getStatus() != null) {
        var slim = new NodeStatus();
        slim.setNodeInfo(node.getStatus().getNodeInfo());
        slim.setAllocatable(node.getStatus().getAllocatable());
        node.setStatus(slim);
      }
      return super.put(key, node);
    }
  }
}
