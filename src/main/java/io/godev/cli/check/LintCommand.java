package io.godev.cli.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.cli.check.Finding.Level;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godev lint}. */
@Command(
    name = "lint",
    description = {
      "Say everything that the cluster would refuse in GoDevEnvironments, and everything that somebody will regret,"
          + " without a cluster.",
      "",
      "Exit codes: 0 nothing, or advice alone; 1 violations, or with --strict advice; 2 a file that cannot be"
          + " read.",
    },
    footer = {
      "",
      "Examples:",
      "  godev lint godev.yaml",
      "  godev lint --strict environments/",
      "  kustomize build . | godev lint -",
    })
public final class LintCommand implements Callable<Integer> {
  /** For programs. */
  enum Format {
    JSON,
    YAML,
    GitHub
  }

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files, folders with all below them, and - for standard input.")
  private List<String> files;

  @Option(names = "--strict", description = "End with code 1 for advice too.")
  private boolean strict;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description =
          "${COMPLETION-CANDIDATES}: for programs, or as annotations of a workflow. Default: text.")
  private Format format;

  @Mixin private OperatorOptions operator;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<Document> documents;
    try {
      documents = Documents.read(files, System.in);
    } catch (Unreadable e) {
      spec.commandLine().getErr().println("godev: " + e.getMessage());
      return ExitCode.USAGE;
    }
    var checker = new Checker(operator, null);
    var findings =
        documents.stream()
            .flatMap(document -> checker.check(document).findings().stream())
            .toList();
    print(findings);
    if (format == null) {
      sum(documents.size(), findings);
    }
    var isBad = findings.stream().anyMatch(finding -> strict || finding.level() == Level.Violation);
    return isBad ? ExitCode.SOFTWARE : ExitCode.OK;
  }

  private void print(List<Finding> findings) {
    var out = spec.commandLine().getOut();
    if (format == Format.JSON) {
      out.println(json(findings));
    } else if (format == Format.YAML) {
      out.print(new KubernetesSerialization().asYaml(findings));
    } else {
      findings.forEach(finding -> print(finding, out));
    }
    out.flush();
  }

  private void print(Finding finding, PrintWriter out) {
    if (format == Format.GitHub) {
      out.println(annotation(finding));
      return;
    }
    var color =
        switch (finding.level()) {
          case Violation -> "bold,red";
          case Warning -> "bold,yellow";
          case Info -> "bold,blue";
        };
    out.printf(
        "%s:%d:%d: %s %s%s%n",
        finding.file(),
        finding.line(),
        finding.column(),
        Ansi.AUTO.string("@|%s %s:|@".formatted(color, finding.level())),
        finding.sentence(),
        finding.rule().isEmpty() ? "" : " [" + finding.rule() + "]");
  }

  // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
  private static String annotation(Finding finding) {
    var command =
        switch (finding.level()) {
          case Violation -> "error";
          case Warning -> "warning";
          case Info -> "notice";
        };
    return "::%s file=%s,line=%d,col=%d,title=%s::%s"
        .formatted(
            command,
            property(finding.file()),
            finding.line(),
            finding.column(),
            property(finding.rule().isEmpty() ? finding.field() : finding.rule()),
            data(finding.sentence()));
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }

  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String json(List<Finding> findings) {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(findings);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records always serialise", e);
    }
  }

  private void sum(int environments, List<Finding> findings) {
    var violations =
        findings.stream().filter(finding -> finding.level() == Level.Violation).count();
    var advice = findings.size() - violations;
    spec.commandLine()
        .getErr()
        .printf(
            "%s, %s, %s%n",
            count(environments, "environment", "environments"),
            count(violations, "violation", "violations"),
            count(advice, "advice", "pieces of advice"));
  }

  private static String count(long number, String one, String several) {
    return number + " " + (number == 1 ? one : several);
  }
}
