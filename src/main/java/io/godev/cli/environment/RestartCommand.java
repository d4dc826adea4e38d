package io.godev.cli.environment;

import io.godev.cli.common.ClusterOptions;
import io.godev.cli.common.EnvironmentName;
import io.godev.cli.common.Failure;
import io.godev.cli.common.Terminal;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code godev restart}. */
@Command(
    name = "restart",
    description =
        "Replace the pod once: the source, the modules and the program are brought and built anew.",
    footer = {"", "Example:", "  godev restart shop"})
public final class RestartCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;
  @Mixin private EnvironmentName name;
  @Mixin private StartOptions options;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    try (var client = cluster.connect()) {
      var environments = cluster.environments(client);
      var environment = environments.get(name.get());
      var resource = environments.resource(name.get());
      if (Change.isSuspended(environment)) {
        throw new Failure(
            "%s is suspended; \"godev resume %s\" starts it.".formatted(name.get(), name.get()));
      }
      // which fails where its time is over
      Change.isIdle(environment);
      Change.restart(resource, Instant.now());
      out.printf("%s restarts%n", name.get());
      if (options.waits()) {
        if (options.start(resource).awaitReady(environment) == null) {
          return Terminal.EXIT_INTERRUPTED;
        }
        out.printf("%s is ready%n", name.get());
      }
    }
    return 0;
  }
}
