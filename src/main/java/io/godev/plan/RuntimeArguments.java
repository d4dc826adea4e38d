package io.godev.plan;

import io.godev.api.v1alpha1.Debug;
import io.godev.api.v1alpha1.Reload;
import io.godev.api.v1alpha1.Run;
import io.godev.api.v1alpha1.Source;
import io.godev.resolve.PlatformDefaults;
import io.godev.resolve.ResolvedEnvironment;
import java.util.ArrayList;
import java.util.List;

/** The runtime's command line in each container; {@code godevd help} describes it. */
final class RuntimeArguments {
  /** Seconds the program has to end after SIGTERM; the rest of the pod's grace is the runtime's. */
  private static final int PROGRAM_GRACE = 10;

  private RuntimeArguments() {}

  static List<String> source(ResolvedEnvironment environment) {
    var source = environment.spec().source();
    List<String> arguments = new ArrayList<>(List.of("source"));
    if (source.module() != null) {
      arguments.addAll(
          List.of(
              "module",
              "--path=" + source.module().path(),
              "--version=" + source.module().version()));
    } else if (source.git() != null) {
      arguments.add("git");
      addRepository(arguments, source.git());
    } else if (source.files() != null) {
      arguments.addAll(List.of("files", "--from=" + Paths.FILES));
    } else if (source.sync() != null) {
      arguments.add("sync");
    } else if (source.hostPath() != null) {
      arguments.addAll(List.of("host", "--from=" + Paths.HOST));
    } else if (source.snapshot() != null) {
      arguments.addAll(List.of("archive", "--from=" + Paths.ARCHIVE));
    } else {
      arguments.add("claim");
    }
    if (environment.spec().proxy().caBundle() != null) {
      arguments.add("--ca-bundle=" + Paths.USER_CA + "/ca.crt");
      arguments.add("--ca-output=" + Paths.CA_BUNDLE);
    }
    if (environment.spec().go().modules().credentials() != null) {
      arguments.add("--netrc=" + Paths.NETRC + "/netrc");
    }
    return arguments;
  }

  static List<String> modules(ResolvedEnvironment environment) {
    List<String> arguments = new ArrayList<>(List.of("modules", lock(environment)));
    addWorkspace(arguments, environment);
    addGoOn(arguments, environment);
    return arguments;
  }

  static List<String> build(ResolvedEnvironment environment) {
    List<String> arguments = new ArrayList<>(List.of("build", "--output=" + Paths.PROGRAM));
    addWorkspace(arguments, environment);
    addBuild(arguments, environment);
    if (hasDebugger(environment)) {
      arguments.add("--debug");
    }
    addGoOn(arguments, environment);
    return arguments;
  }

  // a save can only come while a container runs, and must not wait for the kubelet's next try
  private static void addGoOn(List<String> arguments, ResolvedEnvironment environment) {
    if (environment.spec().reload().mode() == Reload.Mode.OnChange) {
      arguments.add("--go-on");
    }
  }

  static List<String> run(ResolvedEnvironment environment, PlatformDefaults defaults) {
    List<String> arguments = new ArrayList<>(List.of("run", "--output=" + Paths.PROGRAM));
    addWorkspace(arguments, environment);
    addBuild(arguments, environment);
    arguments.add("--grace=" + PROGRAM_GRACE + "s");
    if (!GoVariables.sets(environment, GoMemoryLimit.VARIABLE)) {
      arguments.add("--memory-limit-percent=" + GoMemoryLimit.PERCENT);
    }
    addReload(arguments, environment);
    addFollow(arguments, environment);
    if (environment.spec().source().hostPath() != null) {
      arguments.add("--mirror=" + Paths.HOST);
    }
    var debug = environment.spec().debug();
    arguments.add((hasDebugger(environment) ? "--debug-port=" : "--attach-port=") + debug.port());
    arguments.add("--dlv=" + Paths.DELVE);
    arguments.add("--requests=" + Paths.REQUESTS);
    var probe = Readiness.of(environment.spec().run());
    if (probe != null) {
      arguments.add("--probe-every=" + probe.getPeriodSeconds() + "s");
    }
    arguments.add("--report=" + defaults.reportUrl());
    arguments.add("--report-token=" + Paths.REPORT + "/token");
    arguments.add("--");
    arguments.addAll(environment.spec().run().args());
    return arguments;
  }

  private static void addBuild(List<String> arguments, ResolvedEnvironment environment) {
    var run = environment.spec().run();
    if (run.mainPackage() != null) {
      arguments.add("--package=" + run.mainPackage());
    }
    if (run.instrument() != Run.Instrument.None) {
      arguments.add("--instrument=" + run.instrument());
    }
  }

  // the runtime knows the workspace; a module below its root it has to be told of
  private static void addWorkspace(List<String> arguments, ResolvedEnvironment environment) {
    var module = Workspace.module(environment);
    if (!module.equals(Paths.WORKSPACE)) {
      arguments.add("--workspace=" + module);
    }
  }

  private static void addRepository(List<String> arguments, Source.Git git) {
    arguments.add("--url=" + git.url());
    if (git.ref() != null) {
      arguments.add("--ref=" + git.ref());
    }
    arguments.add("--directory=" + git.directory());
    arguments.add("--depth=" + git.depth());
    if (git.submodules()) {
      arguments.add("--submodules");
    }
    if (git.credentials() != null) {
      arguments.add("--credentials=" + Paths.GIT);
    }
  }

  private static void addFollow(List<String> arguments, ResolvedEnvironment environment) {
    var git = environment.spec().source().git();
    if (git == null || git.follow() == null) {
      return;
    }
    arguments.add("--follow=" + git.follow().everySeconds() + "s");
    arguments.add("--repository=" + Paths.WORKSPACE);
    addRepository(arguments, git);
  }

  private static void addReload(List<String> arguments, ResolvedEnvironment environment) {
    var reload = environment.spec().reload();
    if (reload.mode() == Reload.Mode.Off) {
      return;
    }
    arguments.add("--reload=" + reload.mode());
    arguments.add("--watch=" + reload.watch());
    reload.exclude().forEach(pattern -> arguments.add("--exclude=" + pattern));
    arguments.add("--while-paused=" + reload.whilePaused());
    // the modules are downloaded again when go.mod changes
    arguments.add(lock(environment));
  }

  private static String lock(ResolvedEnvironment environment) {
    return "--lock=" + environment.spec().go().modules().lock();
  }

  private static boolean hasDebugger(ResolvedEnvironment environment) {
    return environment.spec().debug().mode() == Debug.Mode.Delve;
  }
}
