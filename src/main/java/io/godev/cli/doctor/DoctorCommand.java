package io.godev.cli.doctor;

import io.godev.cli.common.ClusterOptions;
import io.godev.cli.common.Output;
import io.godev.cli.forward.LocalPort;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code godev doctor}. */
@Command(
    name = "doctor",
    description = {
      "Look at the cluster, the operator, this machine and your rights, and say what to change.",
      "Nothing is changed, and what you may not see is said to be unknown.",
      "",
      "Exit codes: 0 environments work here; 1 they do not until something is changed.",
    },
    footer = {
      "",
      "Examples:",
      "  godev doctor",
      "  godev doctor -o json    for programs",
    })
public final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;
  @Mixin private Output output;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    try (var client = cluster.connect()) {
      var seen = new Look(client, cluster.namespace()).around();
      var report =
          Report.of(
              cluster.context(),
              cluster.namespace(),
              checks().stream().flatMap(check -> check.check(seen)).toList());
      if (output.isText()) {
        out.println(report.text());
      } else {
        output.print(report, out);
      }
      return report.failed() ? ExitCode.SOFTWARE : ExitCode.OK;
    }
  }

  // from what everything else rests on
  private static List<Check> checks() {
    return List.of(
        new ClusterKind(),
        new KubernetesVersion(),
        new NodesReady(),
        new NodeMemory(),
        new StorageClasses(),
        new InstalledDefinition(),
        new RunningOperator(),
        new UserRights(),
        new SourceRoutes(),
        new PortRoutes(),
        new LocalPorts(LocalPort::isFree),
        new TroubledEnvironments(Instant.now()));
  }
}
