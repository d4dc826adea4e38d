package io.godev.cli.up;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec.Mode;
import io.godev.cli.check.SpecFile;
import io.godev.cli.common.ClusterOptions;
import io.godev.cli.common.EnvironmentName;
import io.godev.cli.common.Failure;
import io.godev.cli.common.Terminal;
import io.godev.cli.environment.Change;
import io.godev.cli.progress.PushedSource;
import io.godev.cli.progress.Start;
import io.godev.cli.up.Apply.Applied;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code godev up}. */
@Command(
    name = "up",
    description = {
      "Apply "
          + EnvironmentName.FILE
          + ", push the source if it comes from here, and wait until the program runs;",
      "then bring its ports and the debugger to localhost, push each change, and follow the log, until Ctrl-C,",
      "which leaves the environment as it is.",
    },
    footer = {
      "",
      "Examples:",
      "  godev up                        the environment of the godev.yaml in this folder",
      "  godev up --detach               end when what was pushed runs, or does not",
      "  godev up -f ../shop/godev.yaml -n review",
    })
public final class UpCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private ClusterOptions cluster;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "File with the environment. Default: " + EnvironmentName.FILE + ".")
  private Path file = Path.of(EnvironmentName.FILE);

  @Option(
      names = {"-d", "--detach"},
      description =
          "Push once, forward nothing, and end when what was pushed runs, or with 1 if it does not.")
  private boolean detach;

  @Option(names = "--take-over", description = "End another client that syncs to the environment.")
  private boolean takeOver;

  @Option(
      names = "--force-conflicts",
      description = "Take over fields that somebody else set, as kubectl apply --server-side does.")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    if (!Files.exists(file)) {
      throw new Failure(
          "there is no %s. \"godev init\" writes one for the Go project in this folder."
              .formatted(file));
    }
    var spec = SpecFile.read(file);
    requireNamespace(spec.environment());
    Terminal.catchInterrupts();
    try (var client = cluster.connect()) {
      var applied = Apply.of(client, cluster.namespace(), spec, force);
      var name = spec.environment().getMetadata().getName();
      say("%s %s in the namespace %s", name, applied.verb(), cluster.namespace());
      if (spec.environment().getSpec().mode() == Mode.Suspended) {
        return suspended(client, name);
      }
      resume(client, name, applied);
      return run(client, applied);
    }
  }

  private int run(KubernetesClient client, Applied applied) throws IOException {
    var name = applied.after().getMetadata().getName();
    var environments = cluster.environments(client);
    var err = command.commandLine().getErr();
    try (var source = Source.of(client, applied.after(), folder(), command, detach, takeOver)) {
      var start =
          new Start(
              environments.resource(name),
              command.commandLine().getOut(),
              () -> Terminal.isInterrupted() || source.hasFailed());
      var pushed = source.isPushed() ? new PushedSource(source::arrival, detach) : null;
      start.whilePushed(pushed);
      var before = applied.before() == null ? "" : Start.startedAt(applied.before());
      var ready = start.awaitReadyOrStill(before);
      source.check();
      if (ready == null) {
        say("%s goes on by itself; \"godev status %s\" says how far it is.", name, name);
        return Terminal.EXIT_INTERRUPTED;
      }
      say("%s is ready", name);
      if (pushed != null && pushed.waitsForRestart(ready)) {
        say(
            "  what was pushed is not built: spec.reload.mode is Off. \"godev restart %s\" builds it",
            name);
      }
      if (detach) {
        source.await();
        return 0;
      }
      new Attended(client, environments, ready, command.commandLine().getOut(), err).until(source);
    }
    return 0;
  }

  // other commands go by the context too, so a file must not silently mean another place
  private void requireNamespace(GoDevEnvironment environment) {
    var named = environment.getMetadata().getNamespace();
    if (named != null && !named.equals(cluster.namespace())) {
      throw new Failure(
          "metadata.namespace: %s names the namespace %s, and this command works in %s. Add -n %s."
              .formatted(file, named, cluster.namespace(), named));
    }
  }

  private int suspended(KubernetesClient client, String name) {
    var start =
        new Start(
            cluster.environments(client).resource(name),
            command.commandLine().getOut(),
            Terminal::isInterrupted);
    if (start.awaitSuspended() == null) {
      return Terminal.EXIT_INTERRUPTED;
    }
    say("%s is suspended, as spec.mode says; its volumes stay", name);
    return 0;
  }

  // "godev suspend" sets a field that the file need not have
  private void resume(KubernetesClient client, String name, Applied applied) {
    if (applied.before() != null && applied.before().getSpec().mode() == Mode.Suspended) {
      Change.mode(cluster.environments(client).resource(name), Mode.Running);
      say("%s was suspended, and starts", name);
    } else if (Change.isIdle(applied.after())) {
      Change.resume(cluster.environments(client).resource(name), Instant.now());
      say("%s was suspended because nobody worked in it, and starts", name);
    }
  }

  private Path folder() {
    return file.toAbsolutePath().normalize().getParent();
  }

  private void say(String format, Object... values) {
    command.commandLine().getOut().printf(format + "%n", values);
    command.commandLine().getOut().flush();
  }
}
