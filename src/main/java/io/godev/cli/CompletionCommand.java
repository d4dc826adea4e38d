package io.godev.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godev completion}. */
@Command(
    name = "completion",
    description = "Print what a shell needs to complete commands and options.",
    footer = {
      "",
      "Examples:",
      "  source <(godev completion bash)      in ~/.bashrc",
      "  source <(godev completion zsh)       in ~/.zshrc, after compinit",
      "",
      "There is none for fish and PowerShell.",
    })
final class CompletionCommand implements Callable<Integer> {
  /** Shells that understand the script: zsh by its emulation of bash, which the script turns on. */
  enum Shell {
    bash,
    zsh
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
  private Shell shell;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    out.print(AutoComplete.bash("godev", spec.root().commandLine()));
    out.flush();
    return 0;
  }
}
