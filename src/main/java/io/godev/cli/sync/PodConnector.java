package io.godev.cli.sync;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec.Mode;
import io.godev.cli.common.Failures;
import io.godev.cli.sync.Transport.NotReadyException;
import io.vertx.core.VertxException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;

/** Connects to the container of an environment's pod that runs at the moment. */
final class PodConnector implements Transport.Connector {
  private static final int BUFFER = 256 << 10;
  private static final String PROGRAM = "/godev/godevd";

  /** Those that have the workspace and the runtime; the first of them that runs is taken. */
  private static final List<String> CONTAINERS = List.of("dev", "source", "modules", "build");

  private final KubernetesClient client;
  private final String namespace;
  private final String name;
  private final String user;

  PodConnector(KubernetesClient client, String namespace, String name, String user) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
    this.user = user;
  }

  @Override
  public Transport connect(boolean takeOver) throws IOException, SyncException {
    try {
      var pod = client.pods().inNamespace(namespace).withName(name).get();
      var container = running(pod);
      List<String> command = new ArrayList<>(List.of(PROGRAM, "receive", "--client=" + user));
      if (takeOver) {
        command.add("--take-over");
      }
      return ExecTransport.start(
          "container %s of the pod %s".formatted(container, name),
          isHere(client.getMasterUrl().getHost()),
          transport ->
              client
                  .pods()
                  .inNamespace(namespace)
                  .withName(name)
                  .inContainer(container)
                  .redirectingInput(BUFFER)
                  .writingOutput(transport.out())
                  .writingError(transport.words())
                  .usingListener(transport.listener())
                  .exec(command.toArray(String[]::new)));
    } catch (KubernetesClientException e) {
      if (Failures.isRefusal(e)) {
        throw new SyncException(Failures.explain(e), e);
      }
      throw new IOException(e.getMessage(), e);
    } catch (VertxException e) {
      // a connection that broke
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Whether the host is this machine, as that of Docker Desktop's API server is. */
  static boolean isHere(String host) {
    try {
      var address = InetAddress.getByName(host);
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (IOException e) {
      // who knows it is behind a proxy
      return false;
    }
  }

  // for an environment that is over no pod comes
  private void requireEnvironment() throws SyncException {
    var environment =
        client.resources(GoDevEnvironment.class).inNamespace(namespace).withName(name).get();
    if (environment == null) {
      throw new SyncException(
          "the environment %s was deleted; \"godev up\" makes it again.".formatted(name));
    }
    if (environment.getSpec().mode() == Mode.Suspended) {
      throw new SyncException(
          "%s is suspended and has no pod to push to; \"godev resume %s\" starts it."
              .formatted(name, name));
    }
  }

  private String running(Pod pod) throws NotReadyException, SyncException {
    if (pod == null) {
      requireEnvironment();
      throw new NotReadyException("waiting for the pod of the environment " + name);
    }
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      throw new NotReadyException("waiting for a new pod: that of " + name + " ends");
    }
    List<ContainerStatus> statuses = new ArrayList<>(pod.getStatus().getContainerStatuses());
    statuses.addAll(pod.getStatus().getInitContainerStatuses());
    return CONTAINERS.stream()
        .filter(container -> statuses.stream().anyMatch(status -> runs(status, container)))
        .findFirst()
        .orElseThrow(() -> new NotReadyException("waiting for the pod of " + name + " to start"));
  }

  private static boolean runs(ContainerStatus status, String container) {
    return status.getName().equals(container)
        && status.getState() != null
        && status.getState().getRunning() != null;
  }
}
