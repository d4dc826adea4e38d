package io.godev.reconcile.fleet;

import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevFleetStatus;
import io.godev.api.v1alpha1.Reason;
import io.godev.assess.fleet.FleetAssessor;
import io.godev.assess.fleet.FleetNews;
import io.godev.assess.fleet.FleetObstacle;
import io.godev.assess.fleet.FleetRhythm;
import io.godev.plan.fleet.FleetNames;
import io.godev.plan.fleet.FleetPlan;
import io.godev.plan.fleet.FleetTemplate;
import io.godev.plan.fleet.Members;
import io.godev.plan.fleet.Rollout;
import io.godev.plan.fleet.Rollout.Course;
import io.godev.reconcile.Announcer;
import io.godev.reconcile.Children;
import io.godev.reconcile.SlimStore;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Observe → decide on the template → plan → apply → assess, and one status write at the end if
 * there is news.
 *
 * <p>The environments of a fleet are its own to write, and no others.
 */
@ControllerConfiguration(
    name = FleetReconciler.NAME,
    informer = @Informer(informerListLimit = Children.LIST_LIMIT))
public final class FleetReconciler implements Reconciler<GoDevFleet> {
  /** Name of the controller, which is its field manager too. */
  public static final String NAME = "godev-operator-fleets";

  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration AT_ONCE = Duration.ofMillis(10);

  private final KubernetesClient client;
  private final Clock clock;
  private final Announcer announcer;
  private final Refusals refusals = new Refusals();
  private final KeptTemplate kept;
  private final OwnStatus own = new OwnStatus();
  // as in the reconciler of environments: a pass outlives the deletion of its fleet
  private final Set<ResourceID> underway = ConcurrentHashMap.newKeySet();

  public FleetReconciler(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
    this.announcer = new Announcer(client, clock);
    this.kept = new KeptTemplate(client, refusals);
  }

  /** Whether an update asks for something: a new spec or annotation, but not the own status. */
  public static boolean isForTheReconciler(GoDevFleet now, GoDevFleet before) {
    return !Objects.equals(now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
        || !FleetNames.annotations(now).equals(FleetNames.annotations(before))
        || now.isMarkedForDeletion() != before.isMarkedForDeletion();
  }

  /** Whether an update of an environment is news for its fleet. */
  static boolean isForTheFleet(GoDevEnvironment now, GoDevEnvironment before) {
    return !Objects.equals(now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
        || !FleetNames.labels(now).equals(FleetNames.labels(before))
        || !FleetNames.annotations(now).equals(FleetNames.annotations(before))
        || !Objects.equals(
            now.getMetadata().getOwnerReferences(), before.getMetadata().getOwnerReferences())
        || now.isMarkedForDeletion() != before.isMarkedForDeletion()
        || !Objects.equals(said(now), said(before));
  }

  private static Object said(GoDevEnvironment environment) {
    var status = environment.getStatus();
    return status == null
        ? null
        : Stream.of(ConditionType.Ready, ConditionType.Stalled)
            .map(type -> Optional.ofNullable(status.condition(type)))
            .toList();
  }

  @Override
  public List<EventSource<?, GoDevFleet>> prepareEventSources(
      EventSourceContext<GoDevFleet> context) {
    var configuration =
        InformerEventSourceConfiguration.from(GoDevEnvironment.class, GoDevFleet.class)
            .withName("GoDevEnvironment")
            .withLabelSelector(FleetNames.FLEET)
            .withSecondaryToPrimaryMapper(FleetReconciler::fleet)
            .withOnUpdateFilter(FleetReconciler::isForTheFleet)
            .withItemStore(new SlimStore<>())
            .withInformerListLimit(Children.LIST_LIMIT)
            .build();
    return List.of(new InformerEventSource<>(configuration, context));
  }

  @Override
  public UpdateControl<GoDevFleet> reconcile(GoDevFleet fleet, Context<GoDevFleet> context) {
    var id = ResourceID.fromResource(fleet);
    if (!underway.add(id)) {
      return UpdateControl.<GoDevFleet>noUpdate().rescheduleAfter(SOON);
    }
    try {
      return pass(fleet, context);
    } finally {
      underway.remove(id);
    }
  }

  private UpdateControl<GoDevFleet> pass(GoDevFleet fleet, Context<GoDevFleet> context) {
    if (context.getRetryInfo().isPresent()) {
      own.forget(fleet);
    }
    return fleet.isMarkedForDeletion()
        ? UpdateControl.noUpdate()
        : pass(
            fleet,
            context.getSecondaryResourcesAsStream(GoDevEnvironment.class).toList(),
            (after, earlier) -> remember(after, earlier, context));
  }

  /**
   * A pass.
   *
   * @param environments those with the label of a fleet, as the cache has them
   * @param written is told of every environment that was written, with what it was before or null
   */
  UpdateControl<GoDevFleet> pass(
      GoDevFleet fleet,
      List<GoDevEnvironment> environments,
      BiConsumer<GoDevEnvironment, GoDevEnvironment> written) {
    var now = clock.instant();
    var before = own.of(fleet);
    var members = Members.of(fleet, environments);
    var rollout = Rollout.of(fleet, before, members, now);
    var target = target(fleet, rollout);
    if (rollout.course() == Course.Back && target.isEmpty()) {
      rollout = rollout.halted();
    }
    var plan = FleetPlan.of(fleet, rollout, target.orElse(rollout.current()), members, now);
    var applier = new FleetApplier(client, fleet, refusals, written, now);
    var after = applier.apply(plan, members);
    if (applier.wentByThePast()) {
      return UpdateControl.<GoDevFleet>noUpdate().rescheduleAfter(applier.nextPass());
    }
    List<FleetObstacle> obstacles = new ArrayList<>(applier.obstacles());
    var outcome = withRefusals(fleet, rollout, plan, obstacles);
    var lastGood = lastGood(fleet, outcome, plan, after, obstacles, now);
    var status = FleetAssessor.of(fleet, before, outcome, plan, after, obstacles, lastGood, now);
    var next =
        Stream.of(
                Optional.ofNullable(applier.nextPass()),
                Optional.ofNullable(FleetPlan.nextLook(fleet, after, now)),
                // what the failure asks for is another plan
                outcome.failure() == rollout.failure()
                    ? Optional.<Duration>empty()
                    : Optional.of(AT_ONCE))
            .flatMap(Optional::stream)
            .min(Duration::compareTo);
    return report(fleet, before, status, next, now);
  }

  // who goes back, or is made while nobody is changed, goes by the last good one
  private Optional<FleetTemplate> target(GoDevFleet fleet, Rollout rollout) {
    return rollout.course() == Course.Forward || rollout.lastGood() == null
        ? Optional.of(rollout.current())
        : kept.read(fleet, rollout.lastGood());
  }

  // a template that the API server does not take for a member that is there has failed at it
  private static Rollout withRefusals(
      GoDevFleet fleet, Rollout rollout, FleetPlan plan, List<FleetObstacle> obstacles) {
    var outcome = rollout;
    for (var obstacle : obstacles) {
      if (obstacle.reason() == Reason.Refused
          && plan.changesSpecOf(obstacle.member())
          && !obstacle.member().isEmpty()) {
        outcome =
            outcome.refused(fleet, obstacle.member(), obstacle.reason().name(), obstacle.message());
      }
    }
    return outcome;
  }

  private String lastGood(
      GoDevFleet fleet,
      Rollout rollout,
      FleetPlan plan,
      Members after,
      List<FleetObstacle> obstacles,
      Instant now) {
    var current = rollout.current();
    if (current.hash().equals(rollout.lastGood()) || !rollout.isProven(fleet, after, plan, now)) {
      return rollout.lastGood();
    }
    var obstacle = kept.keep(fleet, current, rollout.lastGood() == null, now);
    obstacle.ifPresent(obstacles::add);
    return obstacle.isPresent() ? rollout.lastGood() : current.hash();
  }

  private UpdateControl<GoDevFleet> report(
      GoDevFleet fleet,
      GoDevFleetStatus before,
      GoDevFleetStatus status,
      Optional<Duration> next,
      Instant now) {
    if (status.equals(before)) {
      return scheduled(UpdateControl.noUpdate(), next);
    }
    var delay = FleetRhythm.delay(before, status, own.lastWrite(fleet), now);
    if (!delay.isZero()) {
      return scheduled(
          UpdateControl.noUpdate(),
          next.filter(look -> look.compareTo(delay) < 0).or(() -> Optional.of(delay)));
    }
    FleetNews.between(before, status).ifPresent(news -> announcer.announce(fleet, news));
    // identity and status alone: what else were in it would be taken for the operator's own
    var update = new GoDevFleet();
    update.setMetadata(
        new ObjectMetaBuilder()
            .withName(fleet.getMetadata().getName())
            .withNamespace(fleet.getMetadata().getNamespace())
            // not that of the next fleet of the name
            .withUid(fleet.getMetadata().getUid())
            .build());
    update.setStatus(status);
    own.wrote(fleet, status, now);
    return scheduled(UpdateControl.patchStatus(update), next);
  }

  /** A fleet that was deleted during the pass is no failure: there is nothing to report to. */
  @Override
  public ErrorStatusUpdateControl<GoDevFleet> updateErrorStatus(
      GoDevFleet fleet, Context<GoDevFleet> context, Exception failure) {
    return failure instanceof KubernetesClientException answer
            && answer.getCode() == HTTP_NOT_FOUND
            && answer.getStatus() != null
            && answer.getStatus().getDetails() != null
            && HasMetadata.getPlural(GoDevFleet.class)
                .equals(answer.getStatus().getDetails().getKind())
            && fleet.getMetadata().getName().equals(answer.getStatus().getDetails().getName())
        ? ErrorStatusUpdateControl.<GoDevFleet>noStatusUpdate().withNoRetry()
        : ErrorStatusUpdateControl.defaultErrorProcessing();
  }

  private static UpdateControl<GoDevFleet> scheduled(
      UpdateControl<GoDevFleet> control, Optional<Duration> next) {
    return next.map(control::rescheduleAfter).orElse(control);
  }

  // shows the next pass what this one wrote, should it come before the watch does
  @SuppressWarnings("unchecked")
  private static void remember(
      GoDevEnvironment after, GoDevEnvironment before, Context<GoDevFleet> context) {
    var source =
        (InformerEventSource<GoDevEnvironment, GoDevFleet>)
            context.eventSourceRetriever().getEventSourceFor(GoDevEnvironment.class);
    var id = ResourceID.fromResource(after);
    if (before == null) {
      source.handleRecentResourceCreate(id, after);
    } else {
      source.handleRecentResourceUpdate(id, after, before);
    }
  }

  private static Set<ResourceID> fleet(GoDevEnvironment environment) {
    return Set.of(
        new ResourceID(
            FleetNames.labels(environment).get(FleetNames.FLEET),
            environment.getMetadata().getNamespace()));
  }
}
