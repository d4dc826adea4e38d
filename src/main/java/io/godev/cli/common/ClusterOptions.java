package io.godev.cli.common;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Which cluster and namespace a command works in: as kubectl has it, by your kubeconfig alone. */
public final class ClusterOptions {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int ANSWER_MILLIS = 30_000;
  // of failed requests: somebody waits at the terminal
  private static final int RETRIES = 2;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "Context of the kubeconfig. Default: its current one.")
  private String context;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "Namespace. Default: that of the context.")
  private String namespace;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "Kubeconfig. Default: those of the variable KUBECONFIG, else ~/.kube/config.")
  private Path kubeconfig;

  private Config config;

  /**
   * A client for the cluster; the caller closes it. Nothing is sent yet.
   *
   * @throws Failure if there is no such kubeconfig or context
   */
  public KubernetesClient connect() {
    // the definitions in the cluster may be those of a later release
    var mapper = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    return new KubernetesClientBuilder()
        .withConfig(config())
        .withKubernetesSerialization(new KubernetesSerialization(mapper, true))
        .build();
  }

  /** The namespace to work in. */
  public String namespace() {
    return config().getNamespace();
  }

  /** The environments of the namespace, by this client. */
  public Environments environments(KubernetesClient client) {
    return new Environments(client, namespace());
  }

  /**
   * Name of the context in use; empty without one.
   *
   * @throws Failure if there is no such kubeconfig or context
   */
  public String context() {
    return name(config().getCurrentContext());
  }

  private Config config() {
    if (config == null) {
      config = read();
      Connection.to(config);
    }
    return config;
  }

  private Config read() {
    var found = kubeconfig == null ? Config.autoConfigure(context) : ofFile();
    check(found);
    var wanted = namespace == null ? found.getNamespace() : namespace;
    return new ConfigBuilder(found)
        .withNamespace(wanted == null || wanted.isEmpty() ? "default" : wanted)
        .withConnectionTimeout(CONNECT_MILLIS)
        .withRequestTimeout(ANSWER_MILLIS)
        .withRequestRetryBackoffLimit(RETRIES)
        .withUserAgent("godev")
        .build();
  }

  private Config ofFile() {
    if (!Files.isReadable(kubeconfig)) {
      throw new Failure(
          "there is no kubeconfig %s that can be read. Name another with --kubeconfig."
              .formatted(kubeconfig));
    }
    return Config.fromKubeconfig(context, kubeconfig.toFile());
  }

  private void check(Config found) {
    var current = name(found.getCurrentContext());
    if (context != null && !context.equals(current)) {
      throw new Failure(
          "the kubeconfig has no context %s. It has %s.".formatted(context, contexts(found)));
    }
    if (!current.isEmpty() || isInsideACluster()) {
      return;
    }
    if (found.getContexts() == null || found.getContexts().isEmpty()) {
      throw new Failure(
          "there is no kubeconfig with a cluster. Start one, such as Docker Desktop's Kubernetes,"
              + " or name a file with --kubeconfig.");
    }
    throw new Failure(
        "the kubeconfig has no current context. Choose one with --context: %s."
            .formatted(contexts(found)));
  }

  private static boolean isInsideACluster() {
    return System.getenv(Config.KUBERNETES_SERVICE_HOST_PROPERTY) != null;
  }

  private static String contexts(Config found) {
    List<NamedContext> contexts = found.getContexts() == null ? List.of() : found.getContexts();
    return contexts.isEmpty()
        ? "none"
        : contexts.stream().map(NamedContext::getName).sorted().collect(Collectors.joining(", "));
  }

  private static String name(NamedContext context) {
    return context == null || context.getName() == null ? "" : context.getName();
  }
}
