package io.godev.reconcile;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Starts a pass of the environments that a change of the cluster may mean something to. */
final class PassStarter extends SimpleInboundEventSource<GoDevEnvironment> {
  private final Supplier<Stream<GoDevEnvironment>> environments;
  private final Predicate<GoDevEnvironment> isTouched;

  private PassStarter(
      String name,
      Supplier<Stream<GoDevEnvironment>> environments,
      Predicate<GoDevEnvironment> isTouched) {
    super(name);
    this.environments = environments;
    this.isTouched = isTouched;
  }

  /** For when the platform is another one: whose spec means something else on it. */
  static PassStarter ofPlatform(Supplier<Stream<GoDevEnvironment>> environments) {
    return new PassStarter("Platform", environments, PassStarter::showsAFolder);
  }

  /**
   * For when a profile or a namespace changed: everybody; one that goes by another profile, or by
   * none, costs nothing but its pass.
   */
  static PassStarter ofProfiles(Supplier<Stream<GoDevEnvironment>> environments) {
    return new PassStarter("Profiles", environments, environment -> true);
  }

  /** Something is not as it was. */
  void tell() {
    environments
        .get()
        .filter(isTouched)
        .map(ResourceID::fromResource)
        .forEach(this::propagateEvent);
  }

  private static boolean showsAFolder(GoDevEnvironment environment) {
    var spec = environment.getSpec();
    return spec != null && spec.source() != null && spec.source().hostPath() != null;
  }
}
