package io.godev.cli.environment;

import io.fabric8.kubernetes.client.dsl.Resource;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.common.Terminal;
import io.godev.cli.progress.Start;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Whether a command that changes an environment waits for it. */
final class StartOptions {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(names = "--no-wait", description = "Do not wait for it.")
  private boolean noWait;

  boolean waits() {
    return !noWait;
  }

  /** To wait with; Ctrl-C ends the waiting alone. */
  Start start(Resource<GoDevEnvironment> environment) {
    Terminal.catchInterrupts();
    return new Start(environment, spec.commandLine().getOut(), Terminal::isInterrupted);
  }
}
