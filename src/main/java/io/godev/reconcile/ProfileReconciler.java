package io.godev.reconcile;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.api.v1alpha1.GoDevProfileStatus;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells of a profile whether environments go by it: by that the API server refuses its deletion
 * ({@code deploy/manifests/profiles.yaml}).
 */
@ControllerConfiguration(
    name = "godev-profiles",
    informer = @Informer(informerListLimit = Children.LIST_LIMIT))
public final class ProfileReconciler implements Reconciler<GoDevProfile> {
  // an environment that left the profile starts a pass of the one it goes by now
  private static final Duration ANOTHER_LOOK = Duration.ofMinutes(1);

  @Override
  public List<EventSource<?, GoDevProfile>> prepareEventSources(
      EventSourceContext<GoDevProfile> context) {
    var environments =
        InformerEventSourceConfiguration.from(GoDevEnvironment.class, GoDevProfile.class)
            .withName("Environments")
            .withSecondaryToPrimaryMapper(ProfileReconciler::profiles)
            .withItemStore(new NamesOfProfiles())
            .withInformerListLimit(Children.LIST_LIMIT)
            .build();
    return List.of(new InformerEventSource<>(environments, context));
  }

  @Override
  public UpdateControl<GoDevProfile> reconcile(
      GoDevProfile profile, Context<GoDevProfile> context) {
    var used = context.getSecondaryResourcesAsStream(GoDevEnvironment.class).findAny().isPresent();
    var before = profile.getStatus() == null ? null : profile.getStatus().inUse();
    var update = new GoDevProfile();
    update.setMetadata(
        new ObjectMetaBuilder()
            .withName(profile.getMetadata().getName())
            .withUid(profile.getMetadata().getUid())
            .build());
    update.setStatus(new GoDevProfileStatus(used));
    var control =
        Objects.equals(before, used)
            ? UpdateControl.<GoDevProfile>noUpdate()
            : UpdateControl.patchStatus(update);
    return used ? control.rescheduleAfter(ANOTHER_LOOK) : control;
  }

  /** The profile it names, and the one it goes by. */
  static Set<ResourceID> profiles(GoDevEnvironment environment) {
    return Stream.of(
            Optional.ofNullable(environment.getSpec()).map(GoDevEnvironmentSpec::profile),
            Optional.ofNullable(environment.getStatus()).map(GoDevEnvironmentStatus::profile))
        .flatMap(Optional::stream)
        .map(ResourceID::new)
        .collect(Collectors.toSet());
  }

  /** All that is of interest of an environment here, so that each is not kept twice. */
  static final class NamesOfProfiles extends SlimStore<GoDevEnvironment> {
    @Override
    public GoDevEnvironment put(String key, GoDevEnvironment environment) {
      var spec = environment.getSpec();
      environment.setSpec(spec == null ? null : GoDevEnvironmentSpec.ofProfile(spec.profile()));
      var status = environment.getStatus();
      environment.setStatus(
          status == null ? null : GoDevEnvironmentStatus.ofProfile(status.profile()));
      return super.put(key, environment);
    }
  }
}
