package io.godev.reconcile;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_FORBIDDEN;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.godev.assess.Observation;
import io.godev.assess.Obstacle;
import io.godev.plan.EnvironmentPlan;
import io.godev.plan.Names;
import io.godev.plan.Overlay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the objects of one environment to what is planned; one pass, then it is thrown away.
 *
 * <p>Objects are created by POST, which cannot touch what somebody else created, and updated with
 * the version that was seen ({@code docs/adr/0004}).
 */
final class Applier {
  private static final Logger LOG = LoggerFactory.getLogger(Applier.class);
  private static final int UNPROCESSABLE = 422;

  private static final Duration SOON = Duration.ofSeconds(1);
  // for what nobody tells the operator about: a quota that was raised, a name that became free
  static final Duration RETRY = Duration.ofSeconds(15);
  // a refused change of what is there costs a write as well, and the environment works without it
  private static final Duration SELDOM = Duration.ofMinutes(1);

  private final KubernetesClient client;
  private final EnvironmentPlan plan;
  private final Basis basis;
  private final Consumer<HasMetadata> created;
  private final Insistence insistence;
  private final Overlay overlay;
  private final List<Obstacle> obstacles = new ArrayList<>();
  private boolean missing;
  private boolean unchanged;
  private boolean outdated;
  private boolean again;

  /**
   * An applier of one plan.
   *
   * @param basis what the plan was made from
   * @param created is told of every object that was created
   * @param insistence what earlier passes were answered
   */
  Applier(
      KubernetesClient client,
      EnvironmentPlan plan,
      Basis basis,
      Consumer<HasMetadata> created,
      Insistence insistence) {
    this.client = client;
    this.plan = plan;
    this.basis = basis;
    this.created = created;
    this.insistence = insistence;
    this.overlay = new Overlay(client.getKubernetesSerialization());
  }

  /** Applies everything and returns what is there afterwards. */
  Observation apply(Observation seen, PodApplier pods) {
    List<HasMetadata> objects = new ArrayList<>();
    for (var planned : plan.objects()) {
      apply(planned, present(seen, planned)).ifPresent(objects::add);
    }
    seen.objects().stream().filter(this::isSuperfluous).forEach(this::delete);
    // without its claims and its files a new pod would only wait; a claim that cannot grow is there
    var complete = objects.size() == plan.objects().size();
    var outcome =
        complete || plan.environment().isSuspended()
            ? pods.apply(this, plan, seen.pod(), seen.report())
            : PodApplier.Outcome.left(seen.pod());
    return new Observation(
        outcome.pod(),
        objects,
        List.copyOf(obstacles),
        outcome.pending(),
        seen.report(),
        seen.neighbours());
  }

  /** When another pass is needed although nothing may happen in the cluster; null if it is not. */
  Duration nextPass() {
    if (again || outdated) {
      return SOON;
    }
    if (missing) {
      return RETRY;
    }
    return unchanged ? SELDOM : null;
  }

  /** Creates an object; empty if something is in the way, which is then among the obstacles. */
  <T extends HasMetadata> Optional<T> create(T planned) {
    if (!basis.isThere()) {
      // its owner is gone, and it would go too
      outdated = true;
      return Optional.empty();
    }
    try {
      var present = client.resource(planned).create();
      log("created", planned);
      created.accept(present);
      return Optional.of(present);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HTTP_CONFLICT) {
        return taken(planned);
      }
      missing = true;
      return refused(planned, e);
    }
  }

  /** Deletes exactly the object that was seen, not one that took its place meanwhile. */
  void delete(HasMetadata object) {
    if (!basis.isCurrent()) {
      outdated = true;
      return;
    }
    try {
      client
          .resource(object)
          .lockResourceVersion(object.getMetadata().getResourceVersion())
          .delete();
      log("deleted", object);
    } catch (KubernetesClientException e) {
      outdated(e);
    }
  }

  /** Someone changed or deleted the object since it was seen: the next pass sees it as it is. */
  void outdated(KubernetesClientException e) {
    if (!isOutdated(e)) {
      throw e;
    }
    outdated = true;
  }

  /** Whether this pass went by a view of the past, so that nothing can be said of the present. */
  boolean wentByThePast() {
    return outdated;
  }

  static boolean isOutdated(KubernetesClientException e) {
    return e.getCode() == HTTP_CONFLICT || e.getCode() == HTTP_NOT_FOUND;
  }

  /** Notes that the API server refuses the object for good, or throws what is worth a retry. */
  <T extends HasMetadata> Optional<T> refused(T planned, KubernetesClientException e) {
    if (!isRefusal(e)) {
      throw e;
    }
    var message = e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
    if (isPassing(message)) {
      again = true;
      return Optional.empty();
    }
    unchanged = true;
    obstacles.add(
        new Obstacle.Refusal(planned.getKind(), planned.getMetadata().getName(), message));
    return Optional.empty();
  }

  static boolean isRefusal(KubernetesClientException e) {
    return e.getCode() == HTTP_FORBIDDEN || e.getCode() == UNPROCESSABLE;
  }

  // what a namespace that was just made lacks for a moment
  static boolean isPassing(String message) {
    return message.contains("status unknown for quota")
        || message.contains("error looking up service account") && message.contains("not found");
  }

  private Optional<HasMetadata> apply(HasMetadata planned, HasMetadata present) {
    if (present == null) {
      return create(planned);
    }
    if (isLeaving(present)) {
      again = true;
      return Optional.empty();
    }
    return update(planned, present);
  }

  private Optional<HasMetadata> update(HasMetadata planned, HasMetadata present) {
    var wanted = overlay.of(present, planned);
    if (wanted == null || insistence.covers(present, present, wanted)) {
      return Optional.of(present);
    }
    try {
      var updated = client.resource(wanted).update();
      log("updated", planned);
      var inVain = overlay.of(updated, planned);
      if (inVain != null) {
        insistence.note(updated, updated, inVain);
      }
      return Optional.of(updated);
    } catch (KubernetesClientException e) {
      if (isOutdated(e)) {
        outdated = true;
      } else {
        refused(planned, e);
      }
      return Optional.of(present);
    }
  }

  // the cache may be behind, or the object may be somebody else's: only the server knows
  private <T extends HasMetadata> Optional<T> taken(T planned) {
    var present = client.resource(planned).get();
    if (present == null || isLeaving(present)) {
      again = true;
      return Optional.empty();
    }
    if (Names.isOf(plan.environment().name(), present)) {
      return Optional.of(present);
    }
    if (Names.isOwnedBy(plan.environment().uid(), present)) {
      // somebody took its labels away, and so it is in no cache
      return Optional.of(labelled(planned, present));
    }
    missing = true;
    obstacles.add(new Obstacle.Conflict(planned.getKind(), planned.getMetadata().getName()));
    return Optional.empty();
  }

  @SuppressWarnings("unchecked")
  private <T extends HasMetadata> T labelled(T planned, T present) {
    if (!(present instanceof Pod)) {
      return (T) update(planned, present).orElseThrow();
    }
    var labels = Map.of("metadata", Map.of("labels", planned.getMetadata().getLabels()));
    try {
      return client
          .resource(present)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              client.getKubernetesSerialization().asJson(labels));
    } catch (KubernetesClientException e) {
      outdated(e);
      return present;
    }
  }

  private boolean isLeaving(HasMetadata present) {
    return present.getMetadata().getDeletionTimestamp() != null
        || Names.isOfPredecessor(plan.environment(), present);
  }

  // a volume is never removed because of a spec, nor what only carries our labels
  private boolean isSuperfluous(HasMetadata object) {
    return !(object instanceof PersistentVolumeClaim)
        && !plan.has(object)
        && Names.isOwnedBy(plan.environment().uid(), object)
        && !isLeaving(object);
  }

  private static HasMetadata present(Observation seen, HasMetadata planned) {
    return seen.objects().stream()
        .filter(
            object ->
                object.getKind().equals(planned.getKind())
                    && object.getMetadata().getName().equals(planned.getMetadata().getName()))
        .findFirst()
        .orElse(null);
  }

  private static void log(String verb, HasMetadata object) {
    LOG.info(
        "{} {} namespace={} name={}",
        verb,
        object.getKind(),
        object.getMetadata().getNamespace(),
        object.getMetadata().getName());
  }
}
