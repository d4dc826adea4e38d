package io.godev.cli.common;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Option of every command: how much a failure tells. */
public final class Verbosity {
  static final String OPTION = "--verbose";

  @Option(
      names = OPTION,
      scope = ScopeType.INHERIT,
      description = "Show where in the program a failure arose.")
  private boolean verbose;
}
