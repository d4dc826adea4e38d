package io.godev.cli.common;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Tells a failure as one sentence; with {@code --verbose} also where it arose. */
public final class Failures implements IExecutionExceptionHandler {
  private static final Set<Integer> REFUSALS =
      Set.of(HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN);

  /** The sentence for a failure. */
  public static String explain(Throwable failure) {
    return Explanation.of(failure, Connection.last());
  }

  /** Whether the API server refuses it, to this login or to its user: trying again is in vain. */
  public static boolean isRefusal(Throwable failure) {
    return Explanation.answer(failure)
        .map(KubernetesClientException::getCode)
        .filter(REFUSALS::contains)
        .isPresent();
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
