package io.godev.cli.environment;

import io.godev.api.v1alpha1.GoDevEnvironmentSpec.Mode;
import io.godev.cli.common.ClusterOptions;
import io.godev.cli.common.EnvironmentName;
import io.godev.cli.common.Terminal;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code godev resume}. */
@Command(
    name = "resume",
    description =
        "Start an environment again that was suspended, by somebody or because nobody worked in it,"
            + " with the volumes it had.",
    footer = {"", "Example:", "  godev resume shop"})
public final class ResumeCommand implements Callable<Integer> {
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
        Change.mode(resource, Mode.Running);
        out.printf("%s starts%n", name.get());
      } else if (Change.isIdle(environment)) {
        Change.resume(resource, Instant.now());
        out.printf("%s was suspended because nobody worked in it, and starts%n", name.get());
      } else {
        out.printf("%s is not suspended%n", name.get());
        return 0;
      }
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
