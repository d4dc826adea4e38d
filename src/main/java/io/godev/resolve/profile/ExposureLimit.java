package io.godev.resolve.profile;

import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevProfileSpec.LimitPolicy;
import io.godev.api.v1alpha1.Limits;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** spec.run.ports[].expose: no farther than the profile lets them be reached. */
final class ExposureLimit implements ProfileLimit {

  @Override
  public String name() {
    return "exposure";
  }

  @Override
  public Optional<LimitPolicy> policy(Limits limits) {
    return Optional.ofNullable(limits.exposure()).map(limit -> ProfileLimit.or(limit.policy()));
  }

  @Override
  public Stream<Excess> excess(
      GoDevEnvironmentSpec written, GoDevEnvironmentSpec spec, Limits limits) {
    var most = limits.exposure().most();
    var ports = spec.run().ports();
    var wishes = SpecTree.of(written);
    return IntStream.range(0, ports.size())
        // from the nearest to the farthest
        .filter(i -> ports.get(i).expose().compareTo(most) > 0)
        .mapToObj(
            i -> {
              var field = "spec.run.ports[" + i + "].expose";
              return new Excess(
                  field, ports.get(i).expose().name(), wishes.has(field), "at most " + most, most);
            });
  }

  @Override
  public String outside() {
    return Cel.present("run.ports")
        + " && object.spec.run.ports.exists(p, has(p.expose) && (LIMIT.most == 'None' ?"
        + " p.expose != 'None' : LIMIT.most == 'Cluster' && p.expose == 'LoadBalancer'))";
  }

  @Override
  public String message() {
    return "'spec.run.ports: expose can be at most ' + LIMIT.most";
  }
}
