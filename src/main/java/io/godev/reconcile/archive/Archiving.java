package io.godev.reconcile.archive;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_FORBIDDEN;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.assess.Announcement;
import io.godev.assess.TerminationMessage;
import io.godev.plan.ArchiveNames;
import io.godev.plan.ArchivePlan;
import io.godev.plan.Names;
import io.godev.reconcile.Announcer;
import io.godev.resolve.PlatformDefaults;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass over the workspace of an environment that is gone, or may be.
 *
 * <p>All it knows of earlier passes is in the cluster. Nothing is removed that is not in an archive
 * whose Job has read it again.
 */
final class Archiving {
  private static final Logger LOG = LoggerFactory.getLogger(Archiving.class);
  private static final int UNPROCESSABLE = 422;

  private static final Duration SOON = Duration.ofSeconds(1);
  // a pod ends within its grace; nobody tells when one that is no Job's does
  private static final Duration IN_USE = Duration.ofSeconds(5);
  private static final Duration REFUSED = Duration.ofMinutes(5);
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofHours(1);

  private final KubernetesClient client;
  private final PlatformDefaults defaults;
  private final Announcer announcer;
  private final ArchivePods pods;
  private final Instant now;

  Archiving(KubernetesClient client, PlatformDefaults defaults, Announcer announcer, Instant now) {
    this.client = client;
    this.defaults = defaults;
    this.announcer = announcer;
    this.pods = new ArchivePods(client);
    this.now = now;
  }

  /**
   * A pass.
   *
   * @param isThere whether an environment of the name is in the cache
   * @param archives of environments of that name
   * @param jobs that make them
   * @return when the next one is needed although nothing may happen in the cluster
   */
  Optional<Duration> pass(
      PersistentVolumeClaim workspace,
      boolean isThere,
      List<PersistentVolumeClaim> archives,
      List<Job> jobs) {
    if (!ArchiveNames.isAsked(workspace)) {
      return Optional.empty();
    }
    if (isThere) {
      jobs.forEach(this::delete);
      archives.stream()
          .filter(archive -> !ArchiveNames.isComplete(archive) && !isLeft(archive))
          .forEach(archive -> give(archive, workspace));
      return Optional.empty();
    }
    if (isInTheCluster(workspace)) {
      // the cache shows it soon
      return Optional.of(SOON);
    }
    try {
      var plan = ArchivePlan.of(workspace, defaults);
      var archive = named(archives, plan.claim());
      var job = named(jobs, plan.job());
      if (archive.isEmpty()) {
        return create(workspace, plan.claim());
      }
      if (isLeft(archive.get())
          || isLeaving(archive.get())
          || job.filter(Archiving::isLeaving).isPresent()) {
        return Optional.of(IN_USE);
      }
      return next(workspace, plan, archive.get(), job);
    } catch (KubernetesClientException e) {
      if (isOutdated(e)) {
        return Optional.of(SOON);
      }
      throw e;
    }
  }

  private Optional<Duration> next(
      PersistentVolumeClaim workspace,
      ArchivePlan plan,
      PersistentVolumeClaim archive,
      Optional<Job> job) {
    var ended = job.flatMap(done -> ArchivePlan.ended(done, "Complete"));
    var isDone = ArchiveNames.isComplete(archive) || ended.isPresent();
    if ((job.isEmpty() || isDone) && pods.use(workspace)) {
      // what is written there now would not be in the archive
      if (ArchiveNames.isComplete(archive)) {
        client.resource(ArchiveNames.outdated(archive)).update();
      }
      job.ifPresent(this::delete);
      return Optional.of(IN_USE);
    }
    if (isDone) {
      finish(workspace, plan, archive, job);
      return Optional.empty();
    }
    if (job.isEmpty()) {
      return create(workspace, plan.job());
    }
    return ArchivePlan.ended(job.get(), "Failed")
        .flatMap(time -> failed(workspace, archive, job.get(), Instant.parse(time)));
  }

  private void finish(
      PersistentVolumeClaim workspace,
      ArchivePlan plan,
      PersistentVolumeClaim archive,
      Optional<Job> job) {
    var name = archive.getMetadata().getName();
    if (!ArchiveNames.isComplete(archive)) {
      var content =
          pods.lastWord(plan.job())
              .map(TerminationMessage::detail)
              .orElse("whole, by the word of its Job");
      var complete = client.resource(ArchiveNames.completed(archive, content)).update();
      announcer.announce(
          complete,
          new Announcement(
              false,
              "Archived",
              "The workspace of "
                  + Names.environment(workspace)
                  + " is in this archive: "
                  + content
                  + ". A GoDevEnvironment with spec.source.snapshot.archive: "
                  + name
                  + " begins with it."));
    }
    // a claim is held by every pod that names it, also by one that is done
    job.ifPresent(this::delete);
    give(workspace, workspace);
    LOG.info(
        "archived namespace={} name={} archive={}",
        workspace.getMetadata().getNamespace(),
        Names.environment(workspace),
        name);
  }

  // as long as it has been tried already, so that a fault that lasts costs little
  private Optional<Duration> failed(
      PersistentVolumeClaim workspace, PersistentVolumeClaim archive, Job job, Instant at) {
    var tried = Duration.between(Instant.parse(archive.getMetadata().getCreationTimestamp()), at);
    var pause =
        tried.compareTo(SHORTEST) < 0 ? SHORTEST : tried.compareTo(LONGEST) > 0 ? LONGEST : tried;
    var next = at.plus(pause);
    var why =
        pods.lastWord(job)
            .map(TerminationMessage::detail)
            .orElseGet(
                () ->
                    "its Job says: "
                        + job.getStatus().getConditions().stream()
                            .filter(condition -> condition.getType().equals("Failed"))
                            .map(condition -> condition.getMessage())
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElse("nothing."));
    tell(workspace, why, next);
    if (now.isBefore(next)) {
      return Optional.of(Duration.between(now, next));
    }
    delete(job);
    return Optional.of(SOON);
  }

  private void tell(PersistentVolumeClaim workspace, String why, Instant next) {
    var meta = workspace.getMetadata();
    announcer.announce(
        workspace,
        new Announcement(
            true,
            "ArchiveFailed",
            "The workspace of "
                + Names.environment(workspace)
                + " is not archived, and is kept: "
                + why
                + " It is tried again at "
                + next
                + ". To give up what is in it: kubectl delete pvc -n "
                + meta.getNamespace()
                + " "
                + meta.getName()));
  }

  private Optional<Duration> create(PersistentVolumeClaim workspace, HasMetadata planned) {
    try {
      client.resource(planned).create();
      LOG.info(
          "created {} namespace={} name={}",
          planned.getKind(),
          planned.getMetadata().getNamespace(),
          planned.getMetadata().getName());
      return Optional.empty();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HTTP_FORBIDDEN && e.getCode() != UNPROCESSABLE) {
        throw e;
      }
      var message = e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
      if (message.contains("is being terminated")) {
        // with its namespace the workspace goes, and whoever deletes that means it
        return Optional.empty();
      }
      tell(
          workspace,
          planned.getKind()
              + " "
              + planned.getMetadata().getName()
              + " is refused: "
              + message
              + ".",
          now.plus(REFUSED));
      return Optional.of(REFUSED);
    }
  }

  // with the version that was seen: a new environment of the name has changed it before it uses it
  private void give(PersistentVolumeClaim claim, PersistentVolumeClaim workspace) {
    try {
      client.resource(ArchiveNames.left(claim, workspace)).update();
    } catch (KubernetesClientException e) {
      if (!isOutdated(e)) {
        throw e;
      }
    }
  }

  private void delete(Job job) {
    client.resource(job).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();
  }

  private boolean isInTheCluster(PersistentVolumeClaim workspace) {
    return client
            .resources(GoDevEnvironment.class)
            .inNamespace(workspace.getMetadata().getNamespace())
            .withName(Names.environment(workspace))
            .get()
        != null;
  }

  private static <T extends HasMetadata> Optional<T> named(List<T> objects, T planned) {
    return objects.stream()
        .filter(object -> object.getMetadata().getName().equals(planned.getMetadata().getName()))
        .findFirst();
  }

  private static boolean isLeft(PersistentVolumeClaim archive) {
    return archive.getMetadata().getOwnerReferences() != null
        && !archive.getMetadata().getOwnerReferences().isEmpty();
  }

  private static boolean isLeaving(HasMetadata object) {
    return object.getMetadata().getDeletionTimestamp() != null;
  }

  private static boolean isOutdated(KubernetesClientException e) {
    return e.getCode() == HTTP_CONFLICT || e.getCode() == HTTP_NOT_FOUND;
  }
}
