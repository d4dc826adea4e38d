package io.godev.cli.doctor;

import io.godev.cluster.Platform;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The API server and the kubelets are new enough: pods are resized in place from 1.33 on. */
final class KubernetesVersion implements Check {
  private static final String NAME = "KubernetesVersion";
  private static final int OLDEST = 33;
  private static final Pattern VERSION = Pattern.compile("v?1\\.(\\d+).*");

  @Override
  public Stream<Finding> check(Seen seen) {
    return Stream.of(
        seen.version()
            .either(
                version -> judge(version.getGitVersion(), seen),
                () -> Finding.unknown(NAME, "the API server does not tell it"),
                why -> Finding.unknown(NAME, why)));
  }

  private static Finding judge(String version, Seen seen) {
    var minor = minor(version);
    if (minor < 0) {
      return Finding.unknown(NAME, version + " is in no form that is known");
    }
    if (minor < OLDEST) {
      return Finding.fail(
          NAME,
          version + " is older than 1." + OLDEST + ", which the operator needs",
          remedy(seen));
    }
    var older = olderNodes(seen);
    return older.isEmpty()
        ? Finding.ok(NAME, version)
        : Finding.warn(
            NAME,
            version + ", but older than 1." + OLDEST + ": " + String.join(", ", older),
            "upgrade those nodes: a changed spec.resources does not reach pods on them");
  }

  private static List<String> olderNodes(Seen seen) {
    return seen.nodes().orElse(List.of()).stream()
        .filter(node -> node.getStatus() != null && node.getStatus().getNodeInfo() != null)
        .filter(
            node -> {
              var minor = minor(node.getStatus().getNodeInfo().getKubeletVersion());
              return minor >= 0 && minor < OLDEST;
            })
        .map(
            node ->
                node.getMetadata().getName()
                    + " ("
                    + node.getStatus().getNodeInfo().getKubeletVersion()
                    + ")")
        .collect(Collectors.toList());
  }

  // an update of Docker Desktop leaves its cluster as it is
  private static String remedy(Seen seen) {
    return seen.platform().map(Platform::distribution).filter(d -> d.isDockerDesktop()).isPresent()
        ? "update Docker Desktop, then reset its Kubernetes cluster in the settings: an update alone does not"
            + " upgrade it. A reset probably takes all volumes with it"
        : "upgrade the cluster, or choose another with --context";
  }

  // -1 where it is none
  private static int minor(String version) {
    var parts = VERSION.matcher(version == null ? "" : version);
    return parts.matches() && parts.group(1).length() < 5 ? Integer.parseInt(parts.group(1)) : -1;
  }
}
