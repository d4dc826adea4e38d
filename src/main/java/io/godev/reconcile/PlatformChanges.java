package io.godev.reconcile;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Starts a pass of the environments whose spec means something else on another platform. */
final class PlatformChanges extends SimpleInboundEventSource<GoDevEnvironment> {
  private final Supplier<Stream<GoDevEnvironment>> environments;

  PlatformChanges(Supplier<Stream<GoDevEnvironment>> environments) {
    super("Platform");
    this.environments = environments;
  }

  /** The platform is another one. */
  void tell() {
    environments
        .get()
        .filter(PlatformChanges::showsAFolder)
        .map(ResourceID::fromResource)
        .forEach(this::propagateEvent);
  }

  private static boolean showsAFolder(GoDevEnvironment environment) {
    var spec = environment.getSpec();
    return spec != null && spec.source() != null && spec.source().hostPath() != null;
  }
}
