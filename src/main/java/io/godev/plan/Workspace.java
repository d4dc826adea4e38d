package io.godev.plan;

/** Where the source is in the pod, for those who map paths to it. */
public final class Workspace {
  /** Folder of the module's root, whatever the kind of source. */
  public static final String PATH = Paths.WORKSPACE;

  private Workspace() {}
}
