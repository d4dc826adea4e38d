package io.godev.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command {@code godev}, also {@code kubectl godev}: each sub-command is a class of its own.
 */
@Command(
    name = "godev",
    mixinStandardHelpOptions = true,
    description = "Go development environments on Kubernetes, from your machine.",
    subcommands = {})
public final class Godev {

  private Godev() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Godev()).execute(arguments));
  }
}
