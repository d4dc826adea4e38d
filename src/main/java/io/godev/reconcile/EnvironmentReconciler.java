package io.godev.reconcile;

import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.Reason;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.assess.Activities;
import io.godev.assess.Announcement;
import io.godev.assess.Assessor;
import io.godev.assess.Observation;
import io.godev.assess.StatusRhythm;
import io.godev.plan.AcceptedSpec;
import io.godev.plan.Planner;
import io.godev.resolve.Lifecycle;
import io.godev.resolve.Resolution;
import io.godev.resolve.Resolution.Rejected;
import io.godev.resolve.Resolution.Resolved;
import io.godev.resolve.ResolvedEnvironment;
import io.godev.resolve.Resolver;
import io.godev.resolve.Violation;
import io.godev.resolve.advice.Neighbours;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Observe → resolve → plan → apply → assess, and one status write at the end if there is news. */
@ControllerConfiguration(
    name = EnvironmentReconciler.NAME,
    informer = @Informer(informerListLimit = Children.LIST_LIMIT))
public final class EnvironmentReconciler implements Reconciler<GoDevEnvironment> {
  /** Name of the controller, which is its field manager too. */
  public static final String NAME = "godev-operator";

  private static final Duration SOON = Duration.ofSeconds(1);
  // what the spec waits for starts a pass when it comes; this is should that get lost
  private static final Duration UNDECIDED = Duration.ofSeconds(15);
  private static final Duration PLACE = Duration.ofSeconds(15);
  private static final Set<Reason> CROWDED =
      Set.of(Reason.TooManyEnvironments, Reason.TooManyRunning);

  private final KubernetesClient client;
  private final Resolver resolver;
  private final Planner planner;
  private final Assessor assessor;
  private final Reports reports;
  private final Announcer announcer;
  private final OwnReports own = new OwnReports();
  private final Places places = new Places();
  private final PassStarter profiles = PassStarter.ofProfiles(this::environments);
  private final PassStarter platform = PassStarter.ofPlatform(this::environments);
  private final Insistence insistence;
  private final Rehearsals rehearsals;
  // the framework forgets a pass that is underway when its environment is deleted, and starts
  // another one beside it when there is a new environment of the name
  private final Set<ResourceID> underway = ConcurrentHashMap.newKeySet();
  private final Clock clock;
  private volatile Supplier<Stream<GoDevEnvironment>> environments = Stream::empty;

  public EnvironmentReconciler(
      KubernetesClient client,
      Resolver resolver,
      Planner planner,
      Assessor assessor,
      Reports reports,
      Clock clock) {
    this.client = client;
    this.resolver = resolver;
    this.planner = planner;
    this.assessor = assessor;
    this.reports = reports;
    this.insistence = new Insistence(client.getKubernetesSerialization());
    this.rehearsals = new Rehearsals(client, clock);
    this.announcer = new Announcer(client, clock);
    this.clock = clock;
  }

  /**
   * Whether an update asks for something or tells something: a new spec, an annotation or a report
   * of the runtime, but not the operator's own status.
   */
  public static boolean isForTheReconciler(GoDevEnvironment now, GoDevEnvironment before) {
    return !Objects.equals(now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
        || !Objects.equals(Resolver.restartRequest(now), Resolver.restartRequest(before))
        || !Objects.equals(Resolver.debugRequest(now), Resolver.debugRequest(before))
        || !Lifecycle.asked(now).equals(Lifecycle.asked(before))
        || !Objects.equals(reportOf(now), reportOf(before))
        || now.isMarkedForDeletion() != before.isMarkedForDeletion();
  }

  /** Every environment, as the operator sees it; none before the start. */
  public Stream<GoDevEnvironment> environments() {
    return environments.get();
  }

  @Override
  public List<EventSource<?, GoDevEnvironment>> prepareEventSources(
      EventSourceContext<GoDevEnvironment> context) {
    environments = () -> context.getPrimaryCache().list(environment -> true);
    return Stream.concat(
            Children.eventSources(context, resolver.hostPaths()).stream(),
            Stream.of(platform, profiles))
        .toList();
  }

  /** To be called when the platform is another one than before, or known at last. */
  public void platformChanged() {
    platform.tell();
  }

  /** To be called when a profile, or what a profile is for, changed. */
  public void profilesChanged() {
    profiles.tell();
  }

  @Override
  public UpdateControl<GoDevEnvironment> reconcile(
      GoDevEnvironment environment, Context<GoDevEnvironment> context) {
    var id = ResourceID.fromResource(environment);
    if (!underway.add(id)) {
      return scheduled(UpdateControl.noUpdate(), SOON);
    }
    try {
      return pass(environment, context);
    } finally {
      underway.remove(id);
    }
  }

  private UpdateControl<GoDevEnvironment> pass(
      GoDevEnvironment environment, Context<GoDevEnvironment> context) {
    if (context.getRetryInfo().isPresent()) {
      own.forget(environment);
    }
    var seen = observe(environment, context);
    environment.setStatus(own.of(environment));
    var obstacle = resolver.waitsFor(environment);
    if (obstacle.isPresent()) {
      return undecided(environment, seen, obstacle.get());
    }
    var resolution = resolve(environment, environment.getSpec());
    var inForce =
        resolution instanceof Resolved resolved
            ? Optional.of(resolved.environment())
            : lastAccepted(environment, seen);
    var pods = new PodApplier(client, clock, insistence, rehearsals);
    var refusal =
        inForce.flatMap(wanted -> pods.rehearse(planner.plan(wanted), seen.pod(), seen.report()));
    if (refusal.isPresent()) {
      resolution = Rehearsals.refused(environment, seen.pod(), resolution, refusal.get());
      inForce = lastAccepted(environment, seen);
    }
    if (inForce.isEmpty()) {
      return report(
          environment,
          seen,
          assessor.rejected(environment, seen, (Rejected) resolution),
          earlier(pods.delay(), untilAPlaceIsFree(resolution)));
    }
    var plan = planner.plan(inForce.get());
    var basis = Basis.of(environment, context.getPrimaryCache(), client);
    var applier =
        new Applier(
            client, plan, basis, created -> Children.remember(created, context), insistence);
    var after = applier.apply(seen, pods);
    if (applier.wentByThePast()) {
      return scheduled(UpdateControl.noUpdate(), SOON);
    }
    var status =
        resolution instanceof Rejected rejected
            ? assessor.keeping(environment, inForce.get(), after, rejected)
            : assessor.of(environment, inForce.get(), after);
    return report(
        environment,
        after,
        status,
        earlier(earlier(applier.nextPass(), pods.delay()), untilAPlaceIsFree(resolution)));
  }

  // as it is to be now, with a place among those that its profile lets be
  private Resolution resolve(GoDevEnvironment environment, GoDevEnvironmentSpec written) {
    var resolution = resolver.resolve(environment, written);
    if (!(resolution instanceof Resolved)) {
      return resolution;
    }
    var found = Lifecycle.at(((Resolved) resolution).environment(), environment, clock.instant());
    return places
        .take(found, () -> environments().toList())
        .<Resolution>map(violation -> new Rejected(List.of(violation)))
        .orElseGet(() -> new Resolved(found));
  }

  // nobody tells an environment that another one is gone
  private static Duration untilAPlaceIsFree(Resolution resolution) {
    return resolution instanceof Rejected rejected
            && rejected.violations().stream().map(Violation::reason).anyMatch(CROWDED::contains)
        ? PLACE
        : null;
  }

  // what was said of the same spec when more was known is true still
  private UpdateControl<GoDevEnvironment> undecided(
      GoDevEnvironment environment, Observation seen, Violation obstacle) {
    var status = environment.getStatus();
    var accepted = status == null ? null : status.condition(ConditionType.Accepted);
    return accepted != null
            && !accepted.reason().equals(obstacle.reason().name())
            && Objects.equals(
                status.observedGeneration(), environment.getMetadata().getGeneration())
        ? scheduled(UpdateControl.noUpdate(), UNDECIDED)
        : report(environment, seen, assessor.undecided(environment, seen, obstacle), UNDECIDED);
  }

  // the spec that the status names, if it was kept and is still accepted
  private Optional<ResolvedEnvironment> lastAccepted(
      GoDevEnvironment environment, Observation seen) {
    var status = environment.getStatus();
    if (status == null || status.acceptedSpec() == null) {
      return Optional.empty();
    }
    var meta = environment.getMetadata();
    return AcceptedSpec.read(
            meta.getName(), meta.getUid(), status.acceptedSpec().hash(), seen.objects())
        .map(spec -> resolve(environment, spec))
        .filter(Resolved.class::isInstance)
        .map(resolution -> ((Resolved) resolution).environment());
  }

  /**
   * An environment that was deleted during the pass is no failure: there is nothing to report to.
   */
  @Override
  public ErrorStatusUpdateControl<GoDevEnvironment> updateErrorStatus(
      GoDevEnvironment environment, Context<GoDevEnvironment> context, Exception failure) {
    return failure instanceof KubernetesClientException answer && saysItIsGone(environment, answer)
        ? ErrorStatusUpdateControl.<GoDevEnvironment>noStatusUpdate().withNoRetry()
        : ErrorStatusUpdateControl.defaultErrorProcessing();
  }

  // 404 is also the answer to a path that an API server at its start does not know yet
  private static boolean saysItIsGone(
      GoDevEnvironment environment, KubernetesClientException answer) {
    var details = answer.getStatus() == null ? null : answer.getStatus().getDetails();
    return answer.getCode() == HTTP_NOT_FOUND
        && details != null
        && HasMetadata.getPlural(GoDevEnvironment.class).equals(details.getKind())
        && environment.getMetadata().getName().equals(details.getName());
  }

  private Observation observe(GoDevEnvironment environment, Context<GoDevEnvironment> context) {
    return new Observation(
        Children.pod(environment, context),
        Children.objects(context),
        List.of(),
        List.of(),
        reportOf(environment),
        Neighbours.externalPorts(environment, environments()));
  }

  private static RuntimeReport reportOf(GoDevEnvironment environment) {
    return environment.getStatus() == null ? null : environment.getStatus().runtime();
  }

  private UpdateControl<GoDevEnvironment> report(
      GoDevEnvironment environment,
      Observation seen,
      GoDevEnvironmentStatus status,
      Duration obstacles) {
    var before = environment.getStatus();
    var next =
        earlier(
            earlier(obstacles, StatusRhythm.nextLook(seen, clock.instant())),
            Activities.nextLook(environment, status, clock.instant()));
    if (status.equals(before)) {
      return scheduled(UpdateControl.noUpdate(), next);
    }
    var delay = StatusRhythm.delay(before, status, seen, clock.instant());
    if (!delay.isZero()) {
      return scheduled(UpdateControl.noUpdate(), earlier(next, delay));
    }
    Announcement.between(before, status).ifPresent(news -> announcer.announce(environment, news));
    // identity and status alone: what else were in it would be taken for the operator's own
    var update = new GoDevEnvironment();
    update.setMetadata(
        new ObjectMetaBuilder()
            .withName(environment.getMetadata().getName())
            .withNamespace(environment.getMetadata().getNamespace())
            // not that of the next environment of the name
            .withUid(environment.getMetadata().getUid())
            .build());
    update.setStatus(status);
    own.wrote(environment, status);
    reports.written(before, status);
    return scheduled(UpdateControl.patchStatus(update), next);
  }

  private static UpdateControl<GoDevEnvironment> scheduled(
      UpdateControl<GoDevEnvironment> control, Duration delay) {
    return delay == null ? control : control.rescheduleAfter(delay);
  }

  private static Duration earlier(Duration one, Duration other) {
    return Stream.of(Optional.ofNullable(one), Optional.ofNullable(other))
        .flatMap(Optional::stream)
        .min(Duration::compareTo)
        .orElse(null);
  }
}
