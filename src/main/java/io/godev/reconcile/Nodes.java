package io.godev.reconcile;

import static java.net.HttpURLConnection.HTTP_FORBIDDEN;

import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.godev.cluster.NodeFacts;
import io.godev.cluster.Platform;
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

  private final KubernetesClient client;
  private final SharedIndexInformer<Node> informer;
  private volatile Platform platform = Platform.UNKNOWN;

  public Nodes(KubernetesClient client) {
    this.client = client;
    informer =
        client
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

  /** Begins to watch, and returns when the nodes are known or cannot be for now. */
  public void start() {
    // the client's own watch would say so with a stack trace
    if (isRefused()) {
      LOG.info(
          "the nodes cannot be seen, so nothing is said of the platform: there is no right to list"
              + " and watch nodes");
      return;
    }
    try {
      informer.start().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      look();
      LOG.info("the cluster is {}", platform.distribution().words());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      LOG.warn("the nodes are not known after {} s; what depends on them waits", PATIENCE_SECONDS);
    } catch (ExecutionException e) {
      LOG.info("the nodes cannot be seen, so nothing is said of the platform: {}", e.getMessage());
    }
  }

  @Override
  public Platform get() {
    return platform;
  }

  @Override
  public void close() {
    informer.stop();
  }

  private boolean isRefused() {
    try {
      client.nodes().list(new ListOptionsBuilder().withLimit(1L).build());
      return false;
    } catch (KubernetesClientException e) {
      return e.getCode() == HTTP_FORBIDDEN;
    }
  }

  private void look() {
    platform = Platform.of(informer.getStore().list().stream().map(NodeFacts::of).toList());
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
