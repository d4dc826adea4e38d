package io.godev.resolve.profile;

import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevProfileSpec.LimitPolicy;
import io.godev.api.v1alpha1.Limits;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** spec.go.version: only releases of Go that the profile names. */
final class GoVersionLimit implements ProfileLimit {
  private static final String FIELD = "spec.go.version";

  @Override
  public String name() {
    return "goVersions";
  }

  @Override
  public Optional<LimitPolicy> policy(Limits limits) {
    return Optional.ofNullable(limits.goVersions()).map(limit -> ProfileLimit.or(limit.policy()));
  }

  @Override
  public Stream<Excess> excess(
      GoDevEnvironmentSpec written, GoDevEnvironmentSpec spec, Limits limits) {
    var allowed = limits.goVersions().allowed();
    var version = spec.go().version();
    return allowed.stream().anyMatch(release -> covers(release, version))
        ? Stream.empty()
        : Stream.of(
            new Excess(
                FIELD,
                version,
                SpecTree.of(written).has(FIELD),
                String.join(", ", allowed),
                newest(allowed)));
  }

  @Override
  public String outside() {
    return Cel.present("go.version")
        + " && !LIMIT.allowed.exists(r, object.spec.go.version == r ||"
        + " object.spec.go.version.startsWith(r + '.'))";
  }

  @Override
  public String message() {
    return "'spec.go.version: ' + object.spec.go.version + ' is none of ' + LIMIT.allowed.join(', ')";
  }

  private static boolean covers(String release, String version) {
    return version.equals(release) || version.startsWith(release + ".");
  }

  private static String newest(List<String> releases) {
    return releases.stream()
        .max(Comparator.comparing(GoVersionLimit::numbers, Arrays::compare))
        .orElseThrow();
  }

  private static int[] numbers(String release) {
    return Arrays.stream(release.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }
}
