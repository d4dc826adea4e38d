package io.godev.resolve.profile;

import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevProfileSpec.LimitPolicy;
import io.godev.api.v1alpha1.Limits;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** spec.go.image: only images that the profile's patterns match. */
final class ImageLimit implements ProfileLimit {
  private static final String FIELD = "spec.go.image";

  private final UnaryOperator<String> imageForRelease;

  /**
   * The limit.
   *
   * @param imageForRelease the image that a release such as 1.26 picks
   */
  ImageLimit(UnaryOperator<String> imageForRelease) {
    this.imageForRelease = imageForRelease;
  }

  @Override
  public String name() {
    return "images";
  }

  @Override
  public Optional<LimitPolicy> policy(Limits limits) {
    return Optional.ofNullable(limits.images()).map(limit -> ProfileLimit.or(limit.policy()));
  }

  @Override
  public Stream<Excess> excess(
      GoDevEnvironmentSpec written, GoDevEnvironmentSpec spec, Limits limits) {
    var allowed = limits.images().allowed();
    var image = spec.go().image();
    if (matches(allowed, image)) {
      return Stream.empty();
    }
    var ofRelease = imageForRelease.apply(spec.go().version());
    return Stream.of(
        new Excess(
            FIELD,
            image,
            SpecTree.of(written).has(FIELD),
            String.join(", ", allowed),
            matches(allowed, ofRelease) ? ofRelease : null));
  }

  // a pattern holds nothing else that a regular expression would take for more than itself
  private static boolean matches(List<String> patterns, String image) {
    return patterns.stream()
        .anyMatch(pattern -> image.matches(pattern.replace(".", "[.]").replace("*", ".*")));
  }

  @Override
  public String outside() {
    return Cel.present("go.image")
        + " && !LIMIT.allowed.exists(p, object.spec.go.image.matches('^' +"
        + " p.replace('.', '[.]').replace('*', '.*') + '$'))";
  }

  @Override
  public String message() {
    return "'spec.go.image: ' + object.spec.go.image + ' matches none of ' + LIMIT.allowed.join(', ')";
  }

  // the operator's own image, which brings the runtime, is none of the user's choice
  @Override
  public Optional<String> outsideInPod() {
    return Optional.of(
        "variables.containers.exists(c, c.name != 'runtime' && !LIMIT.allowed.exists(p, c.image.matches('^' +"
            + " p.replace('.', '[.]').replace('*', '.*') + '$')))");
  }
}
