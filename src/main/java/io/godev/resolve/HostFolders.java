package io.godev.resolve;

import io.godev.api.v1alpha1.Reason;
import io.godev.api.v1alpha1.Source;
import io.godev.cluster.HostPath;
import io.godev.cluster.HostPath.Obstacle;
import io.godev.cluster.Platform;
import java.util.List;
import java.util.stream.Stream;

/** A folder of the developer's machine is one that the node sees, and that may be shown. */
final class HostFolders {
  private static final String FIELD = "spec.source.hostPath";

  private HostFolders() {}

  static Stream<Violation> check(
      Source.HostFolder folder, Platform platform, List<String> allowed) {
    if (platform.hasNoNode() && allowed.isEmpty()) {
      return Stream.of(noneIsShown());
    }
    var translated = HostPath.of(folder.path(), folder.host(), platform);
    if (translated instanceof HostPath.Refused refused) {
      return Stream.of(
          refused.obstacle() == Obstacle.NoHostMounts
              ? new Violation(Reason.ProvisionerHasNoHostMounts, FIELD, refused.message())
              : new Violation(FIELD + ".path", refused.message()));
    }
    var path = ((HostPath.OnNode) translated).path();
    return allowed.stream().anyMatch(prefix -> HostPath.isWithin(prefix, path))
        ? Stream.empty()
        : Stream.of(
            new Violation(
                FIELD + ".path",
                path
                    + " is not among the folders of nodes that this operator may show ("
                    + (allowed.isEmpty() ? "none" : String.join(", ", allowed))
                    + "). Whoever installed it can allow it with GODEV_HOST_PATHS; spec.source.sync with"
                    + " \"godev sync\" needs no permission"));
  }

  /** What is to be said while it cannot be told where the folder is. */
  static Violation nodesUnknown() {
    return new Violation(
        Reason.NodesUnknown,
        FIELD,
        "the operator does not know the cluster's nodes yet, and so not where they show the folder. It goes on once"
            + " they are known");
  }

  /** What is to be said where that will not be told. */
  static Violation nodesForbidden() {
    return new Violation(
        Reason.NodesForbidden,
        FIELD,
        "the operator is not allowed to list and watch nodes, and so does not know where they show the folder. Whoever"
            + " installed it gives it that right with kubectl apply -f deploy/manifests/rbac.yaml;"
            + " spec.source.sync with \"godev sync\" needs no permission");
  }

  // whatever the nodes show
  private static Violation noneIsShown() {
    return new Violation(
        FIELD,
        "this operator shows no folders of nodes. Whoever installed it can allow some with GODEV_HOST_PATHS;"
            + " spec.source.sync with \"godev sync\" needs no permission");
  }

  /** The folder with its path on the node; it was checked before. */
  static Source.HostFolder onNode(Source.HostFolder folder, Platform platform) {
    return new Source.HostFolder(
        ((HostPath.OnNode) HostPath.of(folder.path(), folder.host(), platform)).path(),
        folder.host());
  }
}
