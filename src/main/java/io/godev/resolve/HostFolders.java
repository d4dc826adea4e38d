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

  /** The folder with its path on the node; it was checked before. */
  static Source.HostFolder onNode(Source.HostFolder folder, Platform platform) {
    return new Source.HostFolder(
        ((HostPath.OnNode) HostPath.of(folder.path(), folder.host(), platform)).path(),
        folder.host());
  }
}
