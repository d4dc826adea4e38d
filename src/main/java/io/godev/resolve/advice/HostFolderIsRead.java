package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.resolve.ResolvedEnvironment;

/** A folder of the developer's machine is read through its file sharing. */
final class HostFolderIsRead implements SpecRule {
  @Override
  public About about() {
    return new About(
        Trap.Platform,
        Severity.Info,
        "spec.source.hostPath",
        "is read through the file sharing of your machine, which is slow, tells nothing of changes, and does not work"
            + " on every platform",
        "prefer spec.source.sync with \"godev sync\"; else there is nothing to set: what mount options such as noatime"
            + " and cached were for, the runtime's own copy of the folder does",
        "Folders of Windows send no events to containers, Docker Desktop's kind does not show them at all, and"
            + " Kubernetes takes no mount options for folders of the node.");
  }

  @Override
  public boolean speaks(ResolvedEnvironment environment) {
    return environment.spec().source().hostPath() != null;
  }

  @Override
  public String expression() {
    return "has(object.spec.source.hostPath)";
  }
}
