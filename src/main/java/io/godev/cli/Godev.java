package io.godev.cli;

import io.godev.cli.check.LintCommand;
import io.godev.cli.check.RenderCommand;
import io.godev.cli.common.EveryCommand;
import io.godev.cli.common.Failures;
import io.godev.cli.debug.DebugCommand;
import io.godev.cli.doctor.DoctorCommand;
import io.godev.cli.environment.DeleteCommand;
import io.godev.cli.environment.ExecCommand;
import io.godev.cli.environment.LogsCommand;
import io.godev.cli.environment.RestartCommand;
import io.godev.cli.environment.ResumeCommand;
import io.godev.cli.environment.StatusCommand;
import io.godev.cli.environment.SuspendCommand;
import io.godev.cli.forward.ForwardCommand;
import io.godev.cli.project.InitCommand;
import io.godev.cli.sync.SyncCommand;
import io.godev.cli.up.UpCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The command {@code godev}, also {@code kubectl godev}: each sub-command is a class of its own.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 used wrongly, 130 ended by Ctrl-C before what was waited for;
 * {@code godev exec} ends with the code of what it ran.
 */
@Command(
    name = "godev",
    versionProvider = Version.class,
    description = "Go development environments on Kubernetes, from your machine.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  godev COMMAND --help   what a command does, with examples",
    },
    subcommands = {
      LintCommand.class,
      RenderCommand.class,
      InitCommand.class,
      UpCommand.class,
      SyncCommand.class,
      StatusCommand.class,
      LogsCommand.class,
      ExecCommand.class,
      DebugCommand.class,
      ForwardCommand.class,
      RestartCommand.class,
      SuspendCommand.class,
      ResumeCommand.class,
      DeleteCommand.class,
      DoctorCommand.class,
      CompletionCommand.class,
      VersionCommand.class,
    })
public final class Godev {
  @Mixin private EveryCommand options;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version.")
  private boolean version;

  private Godev() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The whole command, as {@code main} runs it. */
  public static CommandLine commandLine() {
    var failures = new Failures();
    return new CommandLine(new Godev())
        .setCommandName(System.getProperty("godev.name", "godev"))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setAbbreviatedOptionsAllowed(false)
        .setUsageHelpAutoWidth(true)
        // the JDK's own choice for pipes would be that of the machine's language
        .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
        .setExecutionExceptionHandler(failures);
  }
}
