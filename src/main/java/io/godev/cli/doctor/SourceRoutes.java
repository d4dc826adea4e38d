package io.godev.cli.doctor;

import io.godev.cluster.Distribution;
import io.godev.cluster.Platform;
import java.util.List;
import java.util.stream.Stream;

/**
 * By which ways source comes into an environment here.
 *
 * <p>What is said of Docker Desktop is from {@code docs/guide/docker-desktop.md}; it was not tried
 * on it.
 */
final class SourceRoutes implements Check {
  private static final String NAME = "SourceRoutes";
  private static final String ALWAYS = "sync, git, module, files, claim and snapshot work; ";

  @Override
  public Stream<Finding> check(Seen seen) {
    return Stream.of(
        seen.hostPaths()
            .either(
                allowed -> judge(allowed, seen),
                () -> Finding.ok(NAME, ALWAYS + "hostPath needs an operator that allows it"),
                why ->
                    Finding.ok(
                        NAME,
                        ALWAYS + "whether the operator allows hostPath is not known: " + why)));
  }

  private static Finding judge(List<String> allowed, Seen seen) {
    if (allowed.isEmpty()) {
      return Finding.ok(NAME, ALWAYS + "hostPath is not allowed by the operator, as by default");
    }
    var within = String.join(", ", allowed);
    if (seen.platform().isEmpty()) {
      return Finding.ok(
          NAME,
          ALWAYS + "hostPath is allowed within " + within + ", but what nodes see is not known");
    }
    var platform = seen.platform().get();
    return platform.distribution() == Distribution.DockerDesktopKind
        ? Finding.warn(
            NAME,
            ALWAYS
                + "hostPath is allowed within "
                + within
                + ", but nodes of Docker Desktop's provisioner kind see no folder of your machine",
            "use sync, or switch Docker Desktop's Kubernetes to kubeadm in its settings")
        : Finding.ok(NAME, ALWAYS + "hostPath works within " + within + how(platform));
  }

  private static String how(Platform platform) {
    if (platform.distribution() != Distribution.DockerDesktopKubeadm) {
      return ", for folders of the nodes";
    }
    return platform.showsItsHost()
        ? ""
        : "; the nodes do not show their host, so set spec.source.hostPath.host";
  }
}
