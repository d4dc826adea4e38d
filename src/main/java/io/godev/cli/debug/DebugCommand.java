package io.godev.cli.debug;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.common.ClusterOptions;
import io.godev.cli.common.EnvironmentName;
import io.godev.cli.common.Environments;
import io.godev.cli.common.Failure;
import io.godev.cli.common.Terminal;
import io.godev.cli.environment.Change;
import io.godev.cli.forward.Forwards;
import io.godev.cli.forward.Forwards.Forwarded;
import io.godev.cli.forward.Target;
import io.godev.cli.progress.Start;
import io.godev.resolve.ResolvedEnvironment;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code godev debug}. */
@Command(
    name = "debug",
    description = {
      "Bring the debugger of an environment to localhost, and tell an editor how to reach it.",
      "It is there if spec.debug.mode is Delve, or while it is attached.",
    },
    footer = {
      "",
      "Examples:",
      "  godev debug shop             forward it, and print what belongs into launch.json",
      "  godev debug shop --write     write .vscode/launch.json in this folder",
      "  godev debug shop --attach    attach it to the program that runs, if the nodes allow it",
      "  godev debug shop --detach    take it away again",
    })
public final class DebugCommand implements Callable<Integer> {
  private static final Path FILE = Path.of(".vscode", "launch.json");

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;
  @Mixin private EnvironmentName name;

  @Option(names = "--attach", description = "Attach a debugger to the running program before.")
  private boolean attach;

  @Option(names = "--detach", description = "Take an attached debugger away, and do nothing else.")
  private boolean detach;

  @Option(
      names = "--write",
      description = "Write .vscode/launch.json, beside all that it has already.")
  private boolean write;

  @Override
  public Integer call() throws IOException {
    try (var client = cluster.connect()) {
      var environments = cluster.environments(client);
      var environment = environments.get(name.get());
      if (detach) {
        annotate(client, "null");
        spec.commandLine().getOut().printf("the debugger leaves %s%n", name.get());
        return 0;
      }
      Terminal.catchInterrupts();
      if (attach) {
        annotate(client, "\"" + ResolvedEnvironment.ATTACH + "\"");
      } else if (Target.ofDebugger(Environments.requireSeen(environment)).isEmpty()) {
        throw new Failure(
            "%s has no debugger. Set spec.debug.mode to Delve, or attach one: godev debug %s --attach."
                .formatted(name.get(), name.get()));
      }
      var ready = awaitDebugger(client);
      if (ready == null) {
        return Terminal.EXIT_INTERRUPTED;
      }
      forward(client, ready);
    }
    return 0;
  }

  private void annotate(KubernetesClient client, String value) {
    Change.annotate(
        cluster.environments(client).resource(name.get()),
        ResolvedEnvironment.DEBUG_ANNOTATION,
        value);
  }

  // null if the user does not want to wait
  private GoDevEnvironment awaitDebugger(KubernetesClient client) {
    return new Start(
            cluster.environments(client).resource(name.get()),
            spec.commandLine().getOut(),
            Terminal::isInterrupted)
        .await(DebugCommand::isThere);
  }

  private static boolean isThere(GoDevEnvironment environment) {
    var status = environment.getStatus();
    var debugger = status == null ? null : status.condition(ConditionType.DebuggerReady);
    if (debugger == null) {
      return false;
    }
    if (debugger.status() == Condition.Status.False) {
      throw new Failure(debugger.reason() + ": " + debugger.message());
    }
    return debugger.holds() && status.debug() != null;
  }

  private void forward(KubernetesClient client, GoDevEnvironment environment) throws IOException {
    var out = spec.commandLine().getOut();
    try (var forwards =
        new Forwards(
            client, cluster.namespace(), name.get(), spec.commandLine().getErr()::println)) {
      var forwarded = forwards.open(Target.ofDebugger(environment).orElseThrow());
      out.println(forwarded);
      tellEditor(environment, forwarded, out);
      out.println("Ctrl-C ends the forwarding.");
      Terminal.awaitInterrupt();
    }
    out.printf("%s runs on%s.%n", name.get(), attach ? ", with the debugger: --detach" : "");
  }

  private void tellEditor(GoDevEnvironment environment, Forwarded forwarded, PrintWriter out)
      throws IOException {
    var access = environment.getStatus().debug();
    var configuration = LaunchJson.configuration(access.vsCode(), forwarded.local());
    if (write && write(out, LaunchJson.of(configuration), configuration)) {
      return;
    }
    out.printf("%nFor configurations in %s:%n%s%n", FILE, LaunchJson.text(configuration));
    out.printf("GoLand: %s%n", access.goLand());
  }

  private boolean write(PrintWriter out, String fresh, ObjectNode configuration)
      throws IOException {
    var text =
        Files.exists(FILE)
            ? LaunchJson.merged(Files.readString(FILE), configuration).orElse(null)
            : fresh;
    if (text == null) {
      out.printf(
          "%s holds comments or is not as expected; nothing was written, so that none is lost%n",
          FILE);
      return false;
    }
    Files.createDirectories(FILE.getParent());
    Files.writeString(FILE, text);
    out.printf("%s has the configuration %s%n", FILE, configuration.path("name").asText());
    return true;
  }
}
