package io.godev.cli.environment;

import io.godev.api.v1alpha1.GoDevEnvironmentSpec.Mode;
import io.godev.cli.common.ClusterOptions;
import io.godev.cli.common.EnvironmentName;
import io.godev.cli.common.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code godev suspend}. */
@Command(
    name = "suspend",
    description = "Remove the pod, and keep the volumes, until \"godev resume\".",
    footer = {"", "Example:", "  godev suspend shop"})
public final class SuspendCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;
  @Mixin private EnvironmentName name;
  @Mixin private StartOptions options;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    try (var client = cluster.connect()) {
      var environments = cluster.environments(client);
      environments.get(name.get());
      var resource = environments.resource(name.get());
      Change.mode(resource, Mode.Suspended);
      out.printf("%s is being suspended; its volumes stay%n", name.get());
      if (options.waits()) {
        if (options.start(resource).awaitSuspended() == null) {
          return Terminal.EXIT_INTERRUPTED;
        }
        out.printf(
            "%s is suspended; \"godev resume %s\" starts it again%n", name.get(), name.get());
      }
    }
    return 0;
  }
}
