package io.godev.cli.environment;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import io.fabric8.kubernetes.client.dsl.ExecListener;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.TtyExecErrorable;
import io.godev.cli.common.ClusterOptions;
import io.godev.cli.common.Failure;
import io.godev.cli.common.Terminal;
import io.godev.plan.EnvironmentPod;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code godev exec}. */
@Command(
    name = "exec",
    description = {
      "Run a command beside the program, in its container; without one a shell.",
      "Ends with the exit code of the command. A terminal is passed on where there is one.",
    },
    footer = {
      "",
      "Examples:",
      "  godev exec shop                      a shell in the workspace",
      "  godev exec shop -- go test ./...     the tests, with the caches of the environment",
      "  godev exec shop -- go env GOMODCACHE",
    })
public final class ExecCommand implements Callable<Integer> {
  @Mixin private ClusterOptions cluster;

  @Parameters(index = "0", paramLabel = "NAME", description = "Name of the environment.")
  private String name;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "Program and arguments, after --. Default: a shell.")
  private List<String> command = List.of();

  @Option(
      names = {"-i", "--stdin"},
      description = "Pass the input on although it is no terminal. Its end cannot be passed on.")
  private boolean stdin;

  @Option(names = "--no-tty", description = "No terminal, though there is one.")
  private boolean noTerminal;

  @Override
  public Integer call() throws ExecutionException, InterruptedException {
    try (var client = cluster.connect()) {
      cluster.environments(client).get(name);
      check(client.pods().inNamespace(cluster.namespace()).withName(name).get());
      return run(client);
    }
  }

  private int run(KubernetesClient client) throws ExecutionException, InterruptedException {
    var container =
        client
            .pods()
            .inNamespace(cluster.namespace())
            .withName(name)
            .inContainer(EnvironmentPod.DEV);
    var words = command.isEmpty() ? shell() : command.toArray(String[]::new);
    if (Terminal.isInteractive() && !noTerminal) {
      return withTerminal(container, words);
    }
    TtyExecErrorable streams =
        stdin
            ? container.readingInput(System.in).writingOutput(System.out)
            : container.writingOutput(System.out);
    var status = new LastStatus();
    try (var watch = streams.writingError(System.err).usingListener(status).exec(words)) {
      return exitCode(watch, status);
    } finally {
      System.out.flush();
    }
  }

  private static int withTerminal(ContainerResource container, String[] words)
      throws ExecutionException, InterruptedException {
    var status = new LastStatus();
    try (var raw = RawTerminal.open();
        var watch =
            container
                .readingInput(System.in)
                .writingOutput(System.out)
                .withTTY()
                .usingListener(status)
                .exec(words)) {
      raw.onSize(watch::resize);
      return exitCode(watch, status);
    } finally {
      System.out.flush();
    }
  }

  private static int exitCode(ExecWatch watch, LastStatus status)
      throws ExecutionException, InterruptedException {
    var code = watch.exitCode().get();
    if (code == null) {
      throw new Failure("the connection ended before the command did; it may still run.");
    }
    if (code < 0) {
      throw new Failure("the command was not started: " + status.message + ".");
    }
    return code;
  }

  /** Keeps what the container runtime said, where it could not start the command. */
  private static final class LastStatus implements ExecListener {
    private volatile String message = "no reason was given";

    @Override
    public void onExit(int code, Status status) {
      if (status.getMessage() != null) {
        message = status.getMessage();
      }
    }

    @Override
    public void onClose(int code, String reason) {
      // the exit code tells it too
    }
  }

  // bash where the image has it
  private static String[] shell() {
    return new String[] {"sh", "-c", "command -v bash >/dev/null 2>&1 && exec bash || exec sh"};
  }

  private void check(Pod pod) {
    var runs =
        pod != null
            && ContainerChoice.of(pod, EnvironmentPod.DEV)
                .filter(ContainerChoice::live)
                .isPresent();
    if (!runs) {
      throw new Failure(
          "the program's container does not run; \"godev status %s\" says why.".formatted(name));
    }
  }
}
