package io.godev.resolve.profile;

import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevProfileSpec.LimitPolicy;
import io.godev.api.v1alpha1.Limits;
import java.util.Optional;
import java.util.stream.Stream;

/** spec.securityContext.runAsUser: only user ids of the profile's range. */
final class UserLimit implements ProfileLimit {
  private static final String FIELD = "spec.securityContext.runAsUser";

  @Override
  public String name() {
    return "users";
  }

  @Override
  public Optional<LimitPolicy> policy(Limits limits) {
    return Optional.ofNullable(limits.users()).map(limit -> ProfileLimit.or(limit.policy()));
  }

  @Override
  public Stream<Excess> excess(
      GoDevEnvironmentSpec written, GoDevEnvironmentSpec spec, Limits limits) {
    var range = limits.users();
    var user = spec.securityContext().runAsUser();
    return range.least() <= user && user <= range.most()
        ? Stream.empty()
        : Stream.of(
            new Excess(
                FIELD,
                user.toString(),
                SpecTree.of(written).has(FIELD),
                range.least() + " to " + range.most(),
                Math.min(Math.max(user, range.least()), range.most())));
  }

  @Override
  public String outside() {
    return Cel.present("securityContext.runAsUser")
        + " && (object.spec.securityContext.runAsUser < LIMIT.least ||"
        + " object.spec.securityContext.runAsUser > LIMIT.most)";
  }

  @Override
  public String message() {
    return "'spec.securityContext.runAsUser: ' + string(object.spec.securityContext.runAsUser) + ' is not in ' +"
        + " string(LIMIT.least) + ' to ' + string(LIMIT.most)";
  }

  @Override
  public Optional<String> outsideInPod() {
    return Optional.of(
        "!has(object.spec.securityContext) || !has(object.spec.securityContext.runAsUser) ||"
            + " object.spec.securityContext.runAsUser < LIMIT.least ||"
            + " object.spec.securityContext.runAsUser > LIMIT.most ||"
            + " variables.containers.exists(c, has(c.securityContext) && has(c.securityContext.runAsUser) &&"
            + " (c.securityContext.runAsUser < LIMIT.least || c.securityContext.runAsUser > LIMIT.most))");
  }
}
