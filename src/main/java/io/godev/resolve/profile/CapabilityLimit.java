package io.godev.resolve.profile;

import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevProfileSpec.LimitPolicy;
import io.godev.api.v1alpha1.Limits;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** spec.securityContext.capabilities.add: only capabilities that the profile names. */
final class CapabilityLimit implements ProfileLimit {
  private static final String FIELD = "spec.securityContext.capabilities.add";

  @Override
  public String name() {
    return "capabilities";
  }

  @Override
  public Optional<LimitPolicy> policy(Limits limits) {
    return Optional.ofNullable(limits.capabilities()).map(limit -> ProfileLimit.or(limit.policy()));
  }

  @Override
  public Stream<Excess> excess(
      GoDevEnvironmentSpec written, GoDevEnvironmentSpec spec, Limits limits) {
    var allowed = limits.capabilities().allowed();
    var added = spec.securityContext().capabilities().add();
    return allowed.containsAll(added)
        ? Stream.empty()
        : Stream.of(
            new Excess(
                FIELD,
                list(added.stream()),
                SpecTree.of(written).has(FIELD),
                allowed.isEmpty() ? "none" : list(allowed.stream()),
                added.stream().filter(allowed::contains).toList()));
  }

  private static String list(Stream<?> names) {
    return names.map(Object::toString).collect(Collectors.joining(", ", "[", "]"));
  }

  @Override
  public String outside() {
    return Cel.present("securityContext.capabilities.add")
        + " && !object.spec.securityContext.capabilities.add.all(c, c in LIMIT.allowed)";
  }

  @Override
  public String message() {
    return "'spec.securityContext.capabilities.add: only [' + LIMIT.allowed.join(', ') + '] may be added'";
  }

  @Override
  public Optional<String> outsideInPod() {
    return Optional.of(
        "variables.containers.exists(c, has(c.securityContext) && has(c.securityContext.capabilities) &&"
            + " has(c.securityContext.capabilities.add) &&"
            + " !c.securityContext.capabilities.add.all(name, name in LIMIT.allowed))");
  }
}
