package io.godev.cli.check;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.cli.check.Finding.Level;
import io.godev.cli.common.Failure;
import io.godev.plan.EnvironmentPlan;
import io.godev.plan.Planner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godev render}. */
@Command(
    name = "render",
    description = {
      "Print the objects that the operator makes of GoDevEnvironments, as YAML, without a cluster.",
      "",
      "Left open is what only a cluster knows: the environment's uid, and the certificate of the endpoint that"
          + " runtimes report to.",
    },
    footer = {
      "",
      "Examples:",
      "  godev render godev.yaml",
      "  diff <(git show main:godev.yaml | godev render -) <(godev render godev.yaml)",
    })
public final class RenderCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files, folders with all below them, and - for standard input.")
  private List<String> files;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "Namespace of environments that name none. Default: default.")
  private String namespace;

  @Option(
      names = "--report-authority",
      paramLabel = "FILE",
      description = "Certificates (PEM) of the endpoint that runtimes report to.")
  private Path reportAuthority;

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
    var checker = new Checker(operator, namespace);
    var authority = authority();
    var planner = new Planner(operator.defaults(), () -> authority);
    List<EnvironmentPlan> plans = new ArrayList<>();
    for (var document : documents) {
      var checked = checker.check(document);
      if (checked.environment() == null) {
        checked.findings().forEach(this::tell);
      } else {
        plans.add(planner.plan(checked.environment()));
      }
    }
    plans.forEach(this::print);
    return plans.size() == documents.size() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private String authority() {
    if (reportAuthority == null) {
      return "";
    }
    try {
      return Files.readString(reportAuthority);
    } catch (IOException e) {
      throw new Failure("there is no file " + reportAuthority + " that can be read.", e);
    }
  }

  private void tell(Finding finding) {
    if (finding.level() == Level.Violation) {
      spec.commandLine()
          .getErr()
          .printf(
              "%s:%d:%d: %s%n",
              finding.file(), finding.line(), finding.column(), finding.sentence());
    }
  }

  private void print(EnvironmentPlan plan) {
    var serialization = new KubernetesSerialization();
    var out = spec.commandLine().getOut();
    Stream<HasMetadata> pod =
        plan.environment().isSuspended() ? Stream.empty() : Stream.of(plan.pod());
    Stream.concat(plan.objects().stream(), pod)
        .forEach(object -> out.print(serialization.asYaml(object)));
    out.flush();
  }
}
