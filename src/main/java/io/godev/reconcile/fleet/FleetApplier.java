package io.godev.reconcile.fleet;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_FORBIDDEN;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.Reason;
import io.godev.assess.fleet.FleetObstacle;
import io.godev.plan.fleet.FleetNames;
import io.godev.plan.fleet.FleetPlan;
import io.godev.plan.fleet.Members;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the environments of one fleet to what is planned; one pass, then it is thrown away.
 *
 * <p>Nothing is written to an environment that does not carry the fleet's labels: it is created by
 * POST, and updated and deleted with the version that was seen.
 */
final class FleetApplier {
  private static final Logger LOG = LoggerFactory.getLogger(FleetApplier.class);
  private static final int UNPROCESSABLE = 422;

  /** So that a large fleet leaves the threads to others in between. */
  static final int WRITES = 50;

  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration AT_ONCE = Duration.ofMillis(10);

  private final KubernetesClient client;
  private final GoDevFleet fleet;
  private final Refusals refusals;
  private final BiConsumer<GoDevEnvironment, GoDevEnvironment> written;
  private final Instant now;
  private final List<GoDevEnvironment> results = new ArrayList<>();
  private final List<FleetObstacle> obstacles = new ArrayList<>();
  private int writes;
  private boolean outdated;
  private Duration next;

  /**
   * An applier for one pass.
   *
   * @param written is told of every environment that was written, with what it was before or null
   */
  FleetApplier(
      KubernetesClient client,
      GoDevFleet fleet,
      Refusals refusals,
      BiConsumer<GoDevEnvironment, GoDevEnvironment> written,
      Instant now) {
    this.client = client;
    this.fleet = fleet;
    this.refusals = refusals;
    this.written = written;
    this.now = now;
  }

  /** Applies everything it has the time for, and returns the members as they are then. */
  Members apply(FleetPlan plan, Members members) {
    plan.create().forEach(wanted -> ifInTime(() -> create(wanted)));
    plan.update().forEach(change -> ifInTime(() -> update(change.present(), change.wanted())));
    if (!plan.delete().isEmpty() && writes < WRITES) {
      // a watch may be behind, and what is deleted by it is gone
      if (isCurrent()) {
        plan.delete().forEach(left -> ifInTime(() -> delete(left)));
      } else {
        outdated = true;
      }
    }
    return members.with(results);
  }

  List<FleetObstacle> obstacles() {
    return List.copyOf(obstacles);
  }

  /** Whether this pass went by a view of the past, so that nothing can be said of the present. */
  boolean wentByThePast() {
    return outdated;
  }

  /** When another pass is needed although nothing may happen in the cluster; null if it is not. */
  Duration nextPass() {
    return outdated ? SOON : next;
  }

  private void ifInTime(Runnable write) {
    if (writes < WRITES) {
      write.run();
    } else {
      next = AT_ONCE;
    }
  }

  private void create(GoDevEnvironment wanted) {
    if (isKnownToBeRefused(wanted)) {
      return;
    }
    try {
      writes++;
      wrote(null, client.resource(wanted).create(), "created");
    } catch (KubernetesClientException e) {
      if (e.getCode() == HTTP_CONFLICT) {
        taken(wanted);
      } else {
        refused(wanted, e);
      }
    }
  }

  // the cache may be behind, or the environment may be somebody else's: only the server knows
  private void taken(GoDevEnvironment wanted) {
    var present = client.resource(wanted).get();
    if (present == null || present.getMetadata().getDeletionTimestamp() != null) {
      outdated = true;
      return;
    }
    if (FleetNames.isOf(fleet.getMetadata().getName(), present)) {
      written.accept(present, null);
      outdated = true;
      return;
    }
    if (FleetNames.isOwned(fleet, present)) {
      // somebody took away what it is known by
      wanted.getMetadata().setResourceVersion(present.getMetadata().getResourceVersion());
      update(present, wanted);
      return;
    }
    inTheWay(
        wanted,
        Reason.NameConflict,
        "A GoDevEnvironment named %s is there that is not this fleet's, and is left alone. Delete or rename it, or give"
                .formatted(wanted.getMetadata().getName())
            + " the member another name.");
  }

  private void update(GoDevEnvironment present, GoDevEnvironment wanted) {
    if (isKnownToBeRefused(wanted)) {
      return;
    }
    try {
      writes++;
      var updated = client.resource(wanted).update();
      wrote(present, updated, "updated");
      if (!updated.getSpec().equals(wanted.getSpec())) {
        // the same write would be answered the same way, in every pass
        inTheWay(
            wanted,
            Reason.Refused,
            "The API server stored the spec of the environment otherwise than the template has it: an admission policy"
                + " or webhook changes it. Let it allow what the template says, or write the template as it wants.");
      }
    } catch (KubernetesClientException e) {
      if (e.getCode() == HTTP_CONFLICT || e.getCode() == HTTP_NOT_FOUND) {
        outdated = true;
      } else {
        refused(wanted, e);
      }
    }
  }

  private void delete(GoDevEnvironment left) {
    if (isKnownToBeRefused(left)) {
      return;
    }
    try {
      writes++;
      client.resource(left).lockResourceVersion(left.getMetadata().getResourceVersion()).delete();
      log("deleted", left);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HTTP_CONFLICT || e.getCode() == HTTP_NOT_FOUND) {
        outdated = true;
      } else {
        refused(left, e);
      }
    }
  }

  private boolean isCurrent() {
    var present = client.resource(fleet).get();
    return present != null
        && Objects.equals(present.getMetadata().getUid(), fleet.getMetadata().getUid())
        && Objects.equals(
            present.getMetadata().getGeneration(), fleet.getMetadata().getGeneration());
  }

  private void wrote(GoDevEnvironment before, GoDevEnvironment after, String verb) {
    log(verb, after);
    results.add(after);
    written.accept(after, before);
  }

  private boolean isKnownToBeRefused(GoDevEnvironment wanted) {
    var known = refusals.of(wanted, identity(wanted), now);
    known.ifPresent(this::add);
    return known.isPresent();
  }

  private void refused(GoDevEnvironment wanted, KubernetesClientException e) {
    if (e.getCode() != HTTP_FORBIDDEN && e.getCode() != UNPROCESSABLE) {
      throw e;
    }
    inTheWay(
        wanted,
        Reason.Refused,
        "The API server refuses the environment: "
            + (e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage()));
  }

  private void inTheWay(GoDevEnvironment wanted, Reason reason, String message) {
    var obstacle =
        new FleetObstacle(
            FleetNames.labels(wanted).getOrDefault(FleetNames.MEMBER, ""), reason, message);
    refusals.note(wanted, identity(wanted), obstacle, now);
    add(obstacle);
  }

  private void add(FleetObstacle obstacle) {
    obstacles.add(obstacle);
    next = next == null ? Refusals.PAUSE : next;
  }

  // what is asked for, but not when
  private static Object identity(GoDevEnvironment wanted) {
    return List.of(
        wanted.getSpec(), FleetNames.labels(wanted), wanted.getMetadata().getOwnerReferences());
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
