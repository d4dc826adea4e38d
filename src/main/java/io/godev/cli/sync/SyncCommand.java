package io.godev.cli.sync;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.common.ClusterOptions;
import io.godev.cli.common.EnvironmentName;
import io.godev.cli.common.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code godev sync}. */
@Command(
    name = "sync",
    description = {
      "Push a folder into the environment's workspace, and then each change, until Ctrl-C.",
      "",
      "Nothing is ever written to the folder. What .gitignore and .godevignore name stays here.",
    },
    footer = {
      "",
      "Examples:",
      "  godev sync                     this folder, to the environment of godev.yaml",
      "  godev sync shop --once         push and end",
      "  godev sync shop --folder ../shop --take-over",
    })
public final class SyncCommand implements Callable<Integer> {
  @Mixin private ClusterOptions cluster;
  @Mixin private EnvironmentName name;

  @Option(
      names = {"-f", "--folder"},
      paramLabel = "FOLDER",
      description = "Folder with go.mod at its top. Default: this one.")
  private Path folder = Path.of("");

  @Option(names = "--once", description = "End when everything is pushed.")
  private boolean once;

  @Option(names = "--take-over", description = "End another client that syncs to the environment.")
  private boolean takeOver;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var top = folder.toAbsolutePath().normalize();
    requireModule(top);
    try (var client = cluster.connect()) {
      var environment = cluster.environments(client).get(environmentName(top));
      var progress =
          new SyncProgress(command.commandLine().getOut(), command.commandLine().getErr());
      try (var sync = client(client, environment, top, progress, once, takeOver)) {
        sync.start();
        sync.ended().get();
      } catch (ExecutionException e) {
        throw new Failure(e.getCause().getMessage(), e.getCause());
      }
    }
    return 0;
  }

  /**
   * A client that pushes the folder to the environment, not started yet.
   *
   * @throws Failure if the environment's source is not pushed
   * @throws IOException if the folder is not there
   */
  public static SyncClient client(
      KubernetesClient client,
      GoDevEnvironment environment,
      Path folder,
      SyncListener listener,
      boolean once,
      boolean takeOver)
      throws IOException {
    var metadata = environment.getMetadata();
    if (environment.getSpec().source().sync() == null) {
      throw new Failure(
          "the source of the environment %s is not pushed from here. Give it spec.source.sync: {}"
              .formatted(metadata.getName()));
    }
    var connector = new PodConnector(client, metadata.getNamespace(), metadata.getName(), user());
    return new SyncClient(folder, connector, listener, user(), once, takeOver);
  }

  // a folder must not come over the workspace of another one's environment
  private String environmentName(Path top) {
    if (name.isGiven()) {
      return name.get();
    }
    var there = EnvironmentName.in(top);
    var here = EnvironmentName.in(Path.of(""));
    if (here != null && !here.equals(there)) {
      throw new Failure(
          "which environment? %s here is about %s, and %s. Name it: godev sync NAME --folder %s"
              .formatted(
                  EnvironmentName.FILE,
                  here,
                  there == null ? top + " has none" : "that of " + top + " about " + there,
                  folder));
    }
    if (there == null && top.getFileName() == null) {
      throw new Failure("which environment? Name it: godev sync NAME --folder " + folder);
    }
    return there == null ? top.getFileName().toString() : there;
  }

  /**
   * Returns if the folder is that of a module.
   *
   * @throws Failure otherwise
   */
  public static void requireModule(Path top) {
    if (!Files.isRegularFile(top.resolve("go.mod"))) {
      throw new Failure(
          "%s has no go.mod. Go into the folder of the module, or name it with --folder."
              .formatted(top));
    }
  }

  /** Who syncs, for others who want to: the name of the user and of the machine. */
  private static String user() {
    try {
      return System.getProperty("user.name") + "@" + InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return System.getProperty("user.name");
    }
  }
}
