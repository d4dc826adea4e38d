package io.godev.plan;

import io.godev.resolve.ResolvedEnvironment;

/** Where the source is in the pod, for those who map paths to it. */
public final class Workspace {
  /** Folder of the source's root, whatever its kind. */
  public static final String PATH = Paths.WORKSPACE;

  private Workspace() {}

  /** Folder of the module's root. */
  static String module(ResolvedEnvironment environment) {
    var source = environment.spec().source();
    var directory =
        source.git() != null
            ? source.git().directory()
            : source.snapshot() != null ? source.snapshot().directory() : ".";
    return directory.equals(".") ? PATH : PATH + "/" + directory;
  }
}
