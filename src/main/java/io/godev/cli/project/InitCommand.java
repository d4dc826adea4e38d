package io.godev.cli.project;

import io.godev.cli.common.EnvironmentName;
import io.godev.cli.common.Failure;
import io.godev.resolve.Resolver;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godev init}. */
@Command(
    name = "init",
    description = {
      "Look at the Go project in this folder and write a " + EnvironmentName.FILE + " for it.",
      "Nothing but that file is written, and none that is there already.",
    },
    footer = {
      "",
      "Examples:",
      "  godev init            the source is pushed from this folder",
      "  godev init --git      the source is cloned from the remote origin",
      "  godev init ../shop --name shop",
    })
public final class InitCommand implements Callable<Integer> {
  // what metadata.name may be
  private static final Pattern NAME = Pattern.compile("[a-z]([-a-z0-9]{0,48}[a-z0-9])?");

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "Folder with go.mod at its top. Default: this one.")
  private Path folder = Path.of("");

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the environment. Default: the last word of the module's path.")
  private String name;

  @Option(names = "--git", description = "Clone the source from the folder's remote origin.")
  private boolean git;

  @Option(names = "--force", description = "Write the file over one that is there.")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    var file = folder.resolve(EnvironmentName.FILE);
    if (Files.exists(file) && !force) {
      throw new Failure("%s is there already; --force writes over it.".formatted(file));
    }
    if (!Files.isRegularFile(folder.resolve("go.mod"))) {
      throw new Failure(
          "there is no go.mod in %s. Go into the folder of a Go module, or make one: go mod init."
              .formatted(folder.toAbsolutePath().normalize()));
    }
    var project = Project.of(folder);
    var chosen = name == null ? project.name() : checked(name);
    Files.writeString(file, Manifest.of(project, chosen, remote(), Resolver.GO_VERSION));
    tell(file, project, chosen);
    return 0;
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new Failure(
          "--name %s: a name has at most 50 lower-case letters, digits and '-', and begins with a letter."
              .formatted(name));
    }
    return name;
  }

  private Optional<GitRemote> remote() throws IOException {
    if (!git) {
      return Optional.empty();
    }
    var remote = GitRemote.of(folder);
    if (remote.isEmpty()) {
      throw new Failure(
          "this folder is in no git repository with a remote origin; leave --git out to push it from here.");
    }
    return remote;
  }

  private void tell(Path file, Project project, String chosen) throws IOException {
    var out = spec.commandLine().getOut();
    out.printf("%s: the environment %s%n", file, chosen);
    out.printf("  module    %s%n", Scalar.comment(project.mod().module()));
    out.printf(
        "  programs  %s%n",
        project.mains().isEmpty()
            ? "none found"
            : Scalar.comment(String.join(", ", project.mains())));
    out.printf(
        "  ports     %s%n",
        project.ports().isEmpty()
            ? "none found"
            : project.ports().entrySet().stream()
                .map(port -> port.getKey() + " (" + Scalar.comment(port.getValue()) + ")")
                .collect(Collectors.joining(", ")));
    if (!project.goSum() && !project.mod().required().isEmpty()) {
      out.println("  go.sum is missing: run \"go mod tidy\" first, or no module can be verified");
    }
    if (!git) {
      notPushed(out, project);
    }
    out.println("Look it over, then: godev up");
  }

  private void notPushed(PrintWriter out, Project project) throws IOException {
    project
        .mod()
        .localReplacements()
        .forEach(
            outside ->
                out.printf(
                    "  go.mod replaces a module by %s, which is outside of this folder and is not pushed%n",
                    outside));
    GoWork.of(folder)
        .filter(work -> !work.outside().isEmpty())
        .ifPresent(work -> out.println("  " + work.words(folder)));
  }
}
