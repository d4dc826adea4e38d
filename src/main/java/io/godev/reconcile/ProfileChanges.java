package io.godev.reconcile;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Starts a pass of every environment when a profile or a namespace changed; one that goes by
 * another profile, or by none, costs nothing but its pass.
 */
final class ProfileChanges extends SimpleInboundEventSource<GoDevEnvironment> {
  private final Supplier<Stream<GoDevEnvironment>> environments;

  ProfileChanges(Supplier<Stream<GoDevEnvironment>> environments) {
    super("Profiles");
    this.environments = environments;
  }

  /** Something is not as it was. */
  void tell() {
    environments.get().map(ResourceID::fromResource).forEach(this::propagateEvent);
  }
}
