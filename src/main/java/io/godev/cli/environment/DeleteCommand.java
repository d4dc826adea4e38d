package io.godev.cli.environment;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.common.ClusterOptions;
import io.godev.cli.common.Failure;
import io.godev.cli.common.Terminal;
import io.godev.plan.ArchiveNames;
import io.godev.plan.Names;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godev delete}. */
@Command(
    name = "delete",
    description = {
      "Delete an environment: its pod and Services.",
      "Its volumes stay for the next one of that name, unless spec.storage.onDelete is Delete;",
      "with Archive its workspace is put into an archive first, from which another one can begin.",
    },
    footer = {
      "",
      "Examples:",
      "  godev delete shop",
      "  godev delete shop --yes    without a question, for scripts",
    })
public final class DeleteCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;

  @Parameters(index = "0", paramLabel = "NAME", description = "Name of the environment.")
  private String name;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    try (var client = cluster.connect()) {
      var environment = cluster.environments(client).get(name);
      List<String> kept = new ArrayList<>();
      List<String> lost = new ArrayList<>();
      List<String> archived = new ArrayList<>();
      for (var claim : claims(client, environment)) {
        var list =
            ArchiveNames.isAsked(claim)
                ? archived
                : Names.isOwnedBy(environment.getMetadata().getUid(), claim) ? lost : kept;
        list.add(claim.getMetadata().getName());
      }
      if (!yes && !isWanted(out, lost, archived)) {
        out.println("nothing was deleted");
        return 1;
      }
      Deletion.of(cluster.environments(client).resource(name), environment, PATIENCE);
      out.printf("%s is deleted%n", name);
      tell(out, "with its volumes", lost);
      tell(out, "archived, and then deleted", archived);
      if (!archived.isEmpty()) {
        out.printf(
            "  to see the archive: kubectl get pvc -n %s -l %s=%s -L %s%n",
            cluster.namespace(), ArchiveNames.ARCHIVE_OF, name, ArchiveNames.ARCHIVE);
      }
      tell(out, "its volumes stay, for another environment of this name", kept);
      if (!kept.isEmpty()) {
        out.printf(
            "  to remove them too: kubectl delete -n %s pvc %s%n",
            cluster.namespace(), String.join(" ", kept));
      }
    }
    return 0;
  }

  private boolean isWanted(PrintWriter out, List<String> lost, List<String> archived) {
    if (!Terminal.isInteractive()) {
      throw new Failure("there is no terminal to ask at; say --yes to delete " + name + ".");
    }
    var what = lost.isEmpty() ? "" : " with its volumes " + String.join(", ", lost);
    var then = archived.isEmpty() ? "" : ", and archive " + String.join(", ", archived);
    out.printf("Delete %s%s%s in the namespace %s? [y/N] ", name, what, then, cluster.namespace());
    out.flush();
    var answer = System.console().readLine();
    return answer != null && answer.strip().equalsIgnoreCase("y");
  }

  private List<PersistentVolumeClaim> claims(
      KubernetesClient client, GoDevEnvironment environment) {
    return client
        .persistentVolumeClaims()
        .inNamespace(environment.getMetadata().getNamespace())
        .withLabel(Names.ENVIRONMENT, name)
        .list()
        .getItems();
  }

  private static void tell(PrintWriter out, String what, List<String> claims) {
    if (!claims.isEmpty()) {
      out.printf("  %s: %s%n", what, String.join(", ", claims));
    }
  }
}
