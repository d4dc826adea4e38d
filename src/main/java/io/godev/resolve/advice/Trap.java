package io.godev.resolve.advice;

/** The traps of Go on Docker Desktop that environments are there to avoid. */
public enum Trap {
  Drift("builds that drift apart, downloads that fail, and changes of files that do not arrive"),
  Platform("mounts, ports and memory that are not as expected on WSL2 and Hyper-V"),
  Unlocked("dependencies that are not locked, wrong targets, and debuggers that do not fit"),
  Containers("images that lack what is needed, and programs that are not reloaded"),
  Elsewhere("a pipeline, or a colleague, with another environment than the developer's");

  private final String words;

  Trap(String words) {
    this.words = words;
  }

  /** What it is, in a few words. */
  public String words() {
    return words;
  }
}
