package io.godev.cli.forward;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.PortForward;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.godev.cli.common.Failure;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Ports of a pod, brought to this machine until closed.
 *
 * <p>Each connection finds the pod by its name anew, so the ports outlive the pod that is replaced.
 */
public final class Forwards implements AutoCloseable {
  private final PodResource pod;
  private final Consumer<String> news;
  private final List<Forwarded> forwarded = new ArrayList<>();
  private final Set<PortForward> connections = ConcurrentHashMap.newKeySet();

  /** A port that is forwarded to {@code local}. */
  public record Forwarded(Target target, int local, LocalPort port) {
    /** What to type into a browser or another program. */
    public String address() {
      return target.address(local);
    }

    /** In a few words, for the user. */
    @Override
    public String toString() {
      var words = "%s: %s".formatted(target.name(), address());
      return local == target.local()
          ? words
          : words + " (%d is taken here)".formatted(target.local());
    }
  }

  /** Of that pod; {@code news} hears what goes wrong. */
  public Forwards(KubernetesClient client, String namespace, String pod, Consumer<String> news) {
    this.pod = client.pods().inNamespace(namespace).withName(pod);
    this.news = news;
  }

  /** Forwards a port from now on. */
  public Forwarded open(Target target) {
    try {
      var port = LocalPort.open(target.local());
      var opened = new Forwarded(target, port.number(), port);
      forwarded.add(opened);
      port.servers().forEach(server -> accept(server, target));
      return opened;
    } catch (IOException e) {
      throw new Failure(target.name() + " cannot be forwarded: " + e.getMessage() + ".", e);
    }
  }

  private void accept(ServerSocketChannel server, Target target) {
    var thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  connect(server.accept(), target);
                }
              } catch (ClosedChannelException e) {
                // no longer wanted
              } catch (IOException e) {
                news.accept(target.name() + " is no longer forwarded: " + e.getMessage());
              }
            },
            "forward-" + target.name());
    thread.setDaemon(true);
    thread.start();
  }

  private void connect(SocketChannel socket, Target target) throws IOException {
    connections.removeIf(connection -> !connection.isAlive());
    try {
      connections.add(pod.portForward(target.remote(), socket, socket));
    } catch (RuntimeException e) {
      news.accept(target.name() + " has no way to the pod: " + e.getMessage());
      socket.close();
    }
  }

  @Override
  public void close() {
    for (var open : forwarded) {
      try {
        open.port().close();
      } catch (IOException e) {
        // it ends with the process
      }
    }
    connections.forEach(Forwards::close);
  }

  private static void close(PortForward connection) {
    try {
      connection.close();
    } catch (IOException e) {
      // it ends with the process
    }
  }
}
