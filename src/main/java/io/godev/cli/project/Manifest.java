package io.godev.cli.project;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** A {@code godev.yaml} for a project, with a comment for what a developer may want to change. */
final class Manifest {
  private static final int MOST_PORTS = 16;
  private static final int SHOWN = 10;
  // what spec.run.package may be
  private static final Pattern PACKAGE = Pattern.compile("[.](/[A-Za-z0-9_.~-]+)*");

  private final Project project;
  private final String name;
  private final Optional<GitRemote> git;
  private final String goDefault;
  private final List<String> lines = new ArrayList<>();

  private Manifest(Project project, String name, Optional<GitRemote> git, String goDefault) {
    this.project = project;
    this.name = name;
    this.git = git;
    this.goDefault = goDefault;
  }

  /**
   * The text.
   *
   * @param git where the source is cloned from; empty if it is pushed from the folder
   * @param goDefault release of Go that an environment has unless it asks for another
   */
  static String of(Project project, String name, Optional<GitRemote> git, String goDefault) {
    return new Manifest(project, name, git, goDefault).text();
  }

  private String text() {
    add(
        "# The environment of %s. \"godev up\" applies it; every field:"
            .formatted(Scalar.comment(project.mod().module())));
    add("# docs/reference/fields.md, or: kubectl explain gde.spec");
    add("apiVersion: godev.io/v1alpha1");
    add("kind: GoDevEnvironment");
    add("metadata:");
    add("  name: " + Scalar.of(name));
    add("spec:");
    source();
    go();
    run();
    add("  # under the debugger from the start; else \"godev debug %s --attach\"".formatted(name));
    add("  # debug:");
    add("  #   mode: Delve");
    add("  # a link of a large program needs more than the default of 1Gi");
    add("  # resources:");
    add("  #   limits:");
    add("  #     memory: 2Gi");
    return String.join("\n", lines) + "\n";
  }

  private void source() {
    add("  source:");
    if (git.isEmpty()) {
      add(
          "    # pushed from this folder by \"godev up\" and \"godev sync\"; .godevignore leaves files out");
      if (project.embeds()) {
        add("    # files are embedded with go:embed: leave none of them out");
      }
      add("    sync: {}");
      return;
    }
    add("    git:");
    add("      url: " + Scalar.of(git.get().url()));
    if (!git.get().branch().isEmpty()) {
      add("      ref: " + Scalar.of(git.get().branch()));
    }
    if (!git.get().directory().equals(".")) {
      add("      directory: " + Scalar.of(git.get().directory()));
    }
    add(
        "      # of a private repository: a Secret with username and password, or ssh-privatekey and known_hosts");
    add("      # credentials:");
    add("      #   name: git-login");
  }

  private void go() {
    var wanted = release(project.mod());
    var newer = compare(wanted, goDefault) > 0;
    var looking = project.mod().privateLooking();
    if (newer || !looking.isEmpty()) {
      add("  go:");
    }
    if (newer) {
      add("    # go.mod asks for it");
      add("    version: \"%s\"".formatted(wanted));
    }
    if (!looking.isEmpty()) {
      add("    modules:");
      add(
          "      # they look private: fetched from their repositories, past proxy and checksum database");
      add("      private:");
      looking.forEach(host -> add("      - " + Scalar.of(host + "/*")));
      add("      # a Secret with a key netrc: the login");
      add("      # credentials:");
      add("      #   name: module-login");
    }
  }

  private void run() {
    add("  run:");
    mainPackage();
    cgo();
    portVariable();
    ports();
  }

  private void mainPackage() {
    var mains = project.mains().stream().filter(main -> PACKAGE.matcher(main).matches()).toList();
    project.mains().stream()
        .filter(main -> !mains.contains(main))
        .limit(1)
        .forEach(
            main ->
                add(
                    "    # %s cannot be the package: rename it to letters, digits and . _ ~ -"
                        .formatted(Scalar.comment(main))));
    if (mains.size() == 1) {
      add("    package: " + Scalar.of(mains.get(0)));
    } else if (mains.isEmpty()) {
      add("    # no package main was found; name its folder, such as ./cmd/%s".formatted(name));
      add("    # package: .");
    } else {
      add("    # one of " + some(mains));
      add("    package: " + Scalar.of(likeliest(mains)));
    }
  }

  private static String some(List<String> mains) {
    var shown = String.join(", ", mains.subList(0, Math.min(SHOWN, mains.size())));
    return mains.size() > SHOWN ? shown + " and %d more".formatted(mains.size() - SHOWN) : shown;
  }

  private String likeliest(List<String> mains) {
    return mains.stream()
        .filter(main -> main.equals(".") || main.endsWith("/" + name))
        .findFirst()
        .or(
            () ->
                mains.stream().filter(main -> main.matches(".*/(server|api|web|app)$")).findFirst())
        .orElse(mains.get(0));
  }

  private void cgo() {
    if (!project.cgo().isEmpty()) {
      add(
          "    # %s has C in it: the image needs a C compiler, as the default one has"
              .formatted(Scalar.comment(project.cgo().get(0))));
    }
  }

  private void portVariable() {
    if (project.portVariable().isPresent()) {
      var port = project.ports().isEmpty() ? 8080 : project.ports().keySet().iterator().next();
      add("    env:");
      add("    - name: " + project.portVariable().get());
      add("      value: \"%d\"".formatted(port));
    }
  }

  private void ports() {
    if (!project.loopback().isEmpty()) {
      add(
          "    # %s listens on localhost: forwarded ports work, other pods need \":PORT\""
              .formatted(Scalar.comment(project.loopback().get(0))));
    }
    Map<Integer, String> ports = project.ports();
    if (ports.isEmpty()) {
      if (project.portVariable().isPresent()) {
        add("    ports:");
        add("    - name: http");
        add("      containerPort: 8080");
      } else {
        add("    # no port was found; the program counts as ready when it runs");
        add("    # ports:");
        add("    # - name: http");
        add("    #   containerPort: 8080");
      }
      return;
    }
    add("    ports:");
    Set<String> names = new TreeSet<>();
    ports.entrySet().stream()
        .limit(MOST_PORTS)
        .forEach(
            port -> {
              add("    # found in " + Scalar.comment(port.getValue()));
              add("    - name: " + portName(port.getKey(), names));
              add("      containerPort: " + port.getKey());
            });
    if (ports.keySet().stream().limit(MOST_PORTS).anyMatch(port -> port < 1024)) {
      add("  # to listen below 1024 without being root");
      add("  securityContext:");
      add("    capabilities:");
      add("      add: [NET_BIND_SERVICE]");
    }
  }

  private static String portName(int port, Set<String> names) {
    var usual = port == 443 || port == 8443 ? "https" : port == 50_051 ? "grpc" : "http";
    var name = names.contains(usual) ? "port-" + port : usual;
    names.add(name);
    return name;
  }

  // "1.26" of "1.26.3" or "go1.26.3", the newer of the two lines
  private static String release(GoMod mod) {
    var language = minor(mod.goVersion());
    var toolchain = minor(mod.toolchain().replaceFirst("^go", ""));
    return compare(toolchain, language) > 0 ? toolchain : language;
  }

  private static String minor(String version) {
    return version.replaceFirst("^(\\d+\\.\\d+).*$", "$1");
  }

  private static int compare(String a, String b) {
    return Integer.compare(number(a), number(b));
  }

  private static int number(String release) {
    var parts = release.split("\\.");
    return parts.length == 2 && (parts[0] + parts[1]).matches("\\d{1,6}")
        ? Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1])
        : 0;
  }

  private void add(String line) {
    lines.add(line);
  }
}
