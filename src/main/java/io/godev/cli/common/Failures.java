package io.godev.cli.common;

import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Tells a failure as one sentence; with {@code --verbose} also where it arose. */
public final class Failures implements IExecutionExceptionHandler {

  /** The sentence for a failure. */
  public static String explain(Throwable failure) {
    return Explanation.of(failure, Connection.last());
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, ParseResult parsed) {
    var err = commandLine.getErr();
    err.println(Ansi.AUTO.string("@|bold,red godev:|@ ") + explain(failure));
    if (isVerbose(parsed)) {
      failure.printStackTrace(err);
    }
    return ExitCode.SOFTWARE;
  }

  // the option may stand before or after the name of the sub-command
  private static boolean isVerbose(ParseResult parsed) {
    for (var level = parsed; level != null; level = level.subcommand()) {
      if (level.hasMatchedOption(EveryCommand.VERBOSE)) {
        return true;
      }
    }
    return false;
  }
}
