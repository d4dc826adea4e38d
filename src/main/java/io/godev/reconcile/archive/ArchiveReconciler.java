package io.godev.reconcile.archive;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.plan.ArchiveNames;
import io.godev.plan.Names;
import io.godev.reconcile.Announcer;
import io.godev.reconcile.Children;
import io.godev.reconcile.SlimStore;
import io.godev.resolve.PlatformDefaults;
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
import java.time.Clock;
import java.util.List;
import java.util.Set;

/**
 * Archives the workspaces of environments that are gone and asked for it ({@code docs/adr/0013}).
 *
 * <p>The claim is what is looked after: it is there when its environment is not, and so no
 * finalizer is needed on what is the user's.
 */
@ControllerConfiguration(
    name = ArchiveReconciler.NAME,
    informer =
        @Informer(
            labelSelector = ArchiveNames.ON_DELETE + "," + Names.MANAGED_BY + "=" + Names.OPERATOR,
            informerListLimit = Children.LIST_LIMIT))
public final class ArchiveReconciler implements Reconciler<PersistentVolumeClaim> {
  /** Name of the controller. */
  public static final String NAME = "godev-operator-archives";

  private final KubernetesClient client;
  private final PlatformDefaults defaults;
  private final Clock clock;
  private final Announcer announcer;

  public ArchiveReconciler(KubernetesClient client, PlatformDefaults defaults, Clock clock) {
    this.client = client;
    this.defaults = defaults;
    this.clock = clock;
    this.announcer = new Announcer(client, clock);
  }

  @Override
  public List<EventSource<?, PersistentVolumeClaim>> prepareEventSources(
      EventSourceContext<PersistentVolumeClaim> context) {
    var environments =
        InformerEventSourceConfiguration.from(GoDevEnvironment.class, PersistentVolumeClaim.class)
            .withName("Environments")
            .withSecondaryToPrimaryMapper(
                environment -> workspace(environment.getMetadata().getName(), environment))
            // that it comes and goes is all that counts
            .withOnUpdateFilter((now, before) -> false)
            .withItemStore(new NamesAlone())
            .withInformerListLimit(Children.LIST_LIMIT)
            .build();
    var jobs =
        InformerEventSourceConfiguration.from(Job.class, PersistentVolumeClaim.class)
            .withName("Job")
            .withLabelSelector(
                ArchiveNames.ARCHIVE_OF + "," + Names.MANAGED_BY + "=" + Names.OPERATOR)
            .withSecondaryToPrimaryMapper(job -> workspace(ArchiveNames.environment(job), job))
            .withItemStore(new SlimStore<>())
            .withInformerListLimit(Children.LIST_LIMIT)
            .build();
    var archives =
        InformerEventSourceConfiguration.from(
                PersistentVolumeClaim.class, PersistentVolumeClaim.class)
            .withName("Archives")
            .withLabelSelector(
                ArchiveNames.ARCHIVE_OF + "," + Names.MANAGED_BY + "=" + Names.OPERATOR)
            .withSecondaryToPrimaryMapper(
                archive -> workspace(ArchiveNames.environment(archive), archive))
            .withItemStore(new SlimStore<>())
            .withInformerListLimit(Children.LIST_LIMIT)
            .build();
    return List.of(
        new InformerEventSource<>(environments, context),
        new InformerEventSource<>(jobs, context),
        new InformerEventSource<>(archives, context));
  }

  @Override
  public UpdateControl<PersistentVolumeClaim> reconcile(
      PersistentVolumeClaim workspace, Context<PersistentVolumeClaim> context) {
    var isThere = context.getSecondaryResource(GoDevEnvironment.class).isPresent();
    var next =
        new Archiving(client, defaults, announcer, clock.instant())
            .pass(
                workspace,
                isThere,
                context.getSecondaryResourcesAsStream(PersistentVolumeClaim.class).toList(),
                context.getSecondaryResourcesAsStream(Job.class).toList());
    return next.map(UpdateControl.<PersistentVolumeClaim>noUpdate()::rescheduleAfter)
        .orElseGet(UpdateControl::noUpdate);
  }

  private static Set<ResourceID> workspace(String environment, HasMetadata object) {
    return Set.of(
        new ResourceID(Names.workspaceClaim(environment), object.getMetadata().getNamespace()));
  }

  /** Who is there, without what it is. */
  private static final class NamesAlone extends SlimStore<GoDevEnvironment> {
    @Override
    public GoDevEnvironment put(String key, GoDevEnvironment environment) {
      environment.setSpec(null);
      environment.setStatus(null);
      return super.put(key, environment);
    }
  }
}
