package io.godev.cli.environment;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.godev.cli.common.ClusterOptions;
import io.godev.cli.common.EnvironmentName;
import io.godev.cli.common.Failure;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code godev logs}. */
@Command(
    name = "logs",
    description = {
      "Print the log of the program.",
      "While the environment starts, or where a step of its start failed, that of the step.",
    },
    footer = {
      "",
      "Examples:",
      "  godev logs shop                      all there is",
      "  godev logs shop -f --tail 20         the last lines, and on through restarts",
      "  godev logs shop --container build    what the first build printed",
    })
public final class LogsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;
  @Mixin private EnvironmentName name;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on, from step to step and into a new pod, until Ctrl-C.")
  private boolean follow;

  @Option(
      names = {"-c", "--container"},
      paramLabel = "NAME",
      description = "runtime, source, modules, build or dev. Default: the one that matters.")
  private String container;

  @Option(names = "--tail", paramLabel = "N", description = "Only the last N lines.")
  private Integer tail;

  @Override
  public Integer call() throws IOException {
    try (var client = cluster.connect()) {
      cluster.environments(client).get(name.get());
      var pod = client.pods().inNamespace(cluster.namespace()).withName(name.get());
      if (follow) {
        follow(client, pod);
      } else {
        print(pod);
      }
    }
    return 0;
  }

  private void follow(KubernetesClient client, PodResource pod) {
    var environments = cluster.environments(client);
    new LogFollower(pod, choice(), this::heading)
        .follow(tail, System.out, () -> environments.isOver(name.get()));
  }

  private void print(PodResource resource) throws IOException {
    var pod = resource.get();
    if (pod == null) {
      throw new Failure(
          "%s has no pod; \"godev status %s\" says why.".formatted(name.get(), name.get()));
    }
    var chosen =
        choice()
            .apply(pod)
            .orElseThrow(
                () ->
                    new Failure(
                        "nothing has been started yet; \"godev status %s\" says how far it is."
                            .formatted(name.get())));
    if (container == null) {
      heading(chosen.container());
    }
    var log = resource.inContainer(chosen.container());
    try (var stream =
        tail == null ? log.getLogInputStream() : log.tailingLines(tail).getLogInputStream()) {
      stream.transferTo(System.out);
    }
    System.out.flush();
  }

  // beside the log, so that a pipe holds the log alone
  private void heading(String of) {
    if (container == null) {
      spec.commandLine().getErr().println("-- log of " + of);
    }
  }

  private Function<Pod, Optional<ContainerChoice>> choice() {
    if (container == null) {
      return ContainerChoice::of;
    }
    return pod -> {
      if (ContainerChoice.names(pod).noneMatch(container::equals)) {
        throw new Failure(
            "the pod has no container %s; it has %s."
                .formatted(container, String.join(", ", ContainerChoice.names(pod).toList())));
      }
      return ContainerChoice.of(pod, container);
    };
  }
}
