package io.godev.cli.forward;

import io.godev.cli.common.ClusterOptions;
import io.godev.cli.common.EnvironmentName;
import io.godev.cli.common.Environments;
import io.godev.cli.common.Failure;
import io.godev.cli.common.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code godev forward}. */
@Command(
    name = "forward",
    description = {
      "Bring all TCP ports of an environment, and its debugger, to localhost, until Ctrl-C.",
      "They stay while the pod is replaced. A port that is taken here becomes the next free one.",
    },
    footer = {"", "Example:", "  godev forward shop"})
public final class ForwardCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;
  @Mixin private EnvironmentName name;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    try (var client = cluster.connect()) {
      var targets =
          Target.of(Environments.requireSeen(cluster.environments(client).get(name.get())));
      if (targets.isEmpty()) {
        throw new Failure(
            "%s has no TCP port to forward; add one to spec.run.ports.".formatted(name.get()));
      }
      try (var forwards =
          new Forwards(
              client, cluster.namespace(), name.get(), spec.commandLine().getErr()::println)) {
        Terminal.catchInterrupts();
        targets.forEach(target -> out.println(forwards.open(target)));
        out.println("Ctrl-C ends the forwarding.");
        Terminal.awaitInterrupt();
      }
      out.printf("%s runs on.%n", name.get());
    }
    return 0;
  }
}
