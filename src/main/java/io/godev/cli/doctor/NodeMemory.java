package io.godev.cli.doctor;

import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec.Mode;
import io.godev.api.v1alpha1.Source.Host;
import io.godev.cluster.Platform;
import io.godev.resolve.PlatformDefaults;
import io.godev.resolve.Resolution;
import io.godev.resolve.Resolver;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.Stream;

/** The largest node has the memory that builds take. */
final class NodeMemory implements Check {
  private static final String NAME = "NodeMemory";
  private static final BigDecimal MEBI = BigDecimal.valueOf(1 << 20);
  // a program of 1,400 files was built in 17 to 26 s with it, and in 7 minutes with half of it
  private static final BigDecimal ONE_BUILD = MEBI.multiply(BigDecimal.valueOf(512));
  // limit of an environment that sets none
  private static final BigDecimal USUAL = MEBI.multiply(BigDecimal.valueOf(1024));

  @Override
  public Stream<Finding> check(Seen seen) {
    return seen.nodes().orElse(List.of()).isEmpty()
        // that they cannot be seen is said once, by ClusterKind
        ? Stream.empty()
        : seen.platform().stream().map(platform -> judge(platform, seen));
  }

  private static Finding judge(Platform platform, Seen seen) {
    var there = bytes(platform.memory());
    if (there.signum() == 0) {
      return Finding.unknown(NAME, "the nodes do not tell how much they have for pods");
    }
    var running = running(seen.environments().orElse(List.of()));
    var wanted = running.stream().map(NodeMemory::limit).reduce(BigDecimal.ZERO, BigDecimal::add);
    if (there.compareTo(ONE_BUILD) < 0) {
      return Finding.fail(
          NAME,
          "the largest node has %s for pods, under the 512 MiB that one build takes"
              .formatted(words(there)),
          remedy(platform));
    }
    if (there.compareTo(USUAL) < 0) {
      return Finding.warn(
          NAME,
          "the largest node has %s for pods, under the limit that an environment has by default, 1 GiB"
              .formatted(words(there)),
          remedy(platform));
    }
    if (there.compareTo(wanted) < 0) {
      return Finding.warn(
          NAME,
          "the largest node has %s for pods, and the %d environments that run in %s may take %s together"
              .formatted(words(there), running.size(), seen.namespace(), words(wanted)),
          "suspend those that are not in use (godev suspend), or " + remedy(platform));
    }
    return Finding.ok(
        NAME,
        "the largest node has %s for pods; environments that run in %s may take %s"
            .formatted(words(there), seen.namespace(), words(wanted)));
  }

  private static String remedy(Platform platform) {
    // https://learn.microsoft.com/windows/wsl/wsl-config
    if (platform.host() == Host.WindowsWSL2) {
      return "give WSL2 more than the half of the computer's memory that is its default: in"
          + " %UserProfile%\\.wslconfig, under [wsl2], memory=8GB; then wsl --shutdown, and start the cluster"
          + " again";
    }
    return platform.distribution().isDockerDesktop()
        ? "give its machine more than the half of the computer's memory that is its default: in Docker Desktop's"
            + " settings, under Resources"
        : "give the node more, or add a larger one";
  }

  private static List<GoDevEnvironment> running(List<GoDevEnvironment> environments) {
    return environments.stream()
        .filter(
            environment ->
                environment.getSpec() != null && environment.getSpec().mode() != Mode.Suspended)
        .toList();
  }

  private static BigDecimal limit(GoDevEnvironment environment) {
    var resolution = new Resolver(new PlatformDefaults("", "%s", "")).resolve(environment);
    // one that is refused, or shows a folder of a node, has the default unless it says more
    return resolution instanceof Resolution.Resolved resolved
        ? bytes(resolved.environment().spec().resources().limits().memory())
        : USUAL;
  }

  private static BigDecimal bytes(Quantity memory) {
    return memory.getNumericalAmount();
  }

  private static String words(BigDecimal bytes) {
    return bytes.divide(MEBI.multiply(BigDecimal.valueOf(1024)), 1, RoundingMode.HALF_UP) + " GiB";
  }
}
