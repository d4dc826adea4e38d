package io.godev.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.godev.api.v1alpha1.Storage;
import io.godev.resolve.ResolvedEnvironment;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Labels and annotations by which a workspace becomes an archive. */
public final class ArchiveNames {
  /** Label of a workspace's claim that is archived when its environment is gone. */
  public static final String ON_DELETE = "godev.io/on-delete";

  /** Its one value. */
  public static final String ASKED = Storage.OnDelete.Archive.name();

  /** Label of a claim with an archive: whether that is whole. */
  public static final String ARCHIVE = "godev.io/archive";

  public static final String COMPLETE = "Complete";
  public static final String INCOMPLETE = "Incomplete";

  /** Label of an archive, and of its Job, that names the environment. */
  public static final String ARCHIVE_OF = "godev.io/archive-of";

  /** Annotation of an archive: how much of what is in it. */
  public static final String CONTENT = "godev.io/archive-content";

  /** Annotation of a workspace's claim: uid, gid and fsGroup of its files. */
  static final String USER = "godev.io/archive-user";

  /** What a claim has only while it is to be archived. */
  static final List<String> LABELS = List.of(ON_DELETE, HostVolume.UID);

  static final List<String> ANNOTATIONS = List.of(USER);

  private ArchiveNames() {}

  static ObjectMeta asking(ResolvedEnvironment environment, ObjectMeta kept) {
    var user = environment.spec().securityContext();
    return new ObjectMetaBuilder(kept)
        .addToLabels(ON_DELETE, ASKED)
        .addToLabels(HostVolume.UID, environment.uid())
        .addToAnnotations(USER, user.runAsUser() + ":" + user.runAsGroup() + ":" + user.fsGroup())
        .build();
  }

  /** Whether it is the claim of a workspace that is to be archived, and not leaving already. */
  public static boolean isAsked(PersistentVolumeClaim claim) {
    var environment = Names.environment(claim);
    var uid = uid(claim);
    return environment != null
        && uid != null
        && Names.isOf(environment, claim)
        && ASKED.equals(label(claim, ON_DELETE))
        && Names.workspaceClaim(environment).equals(claim.getMetadata().getName())
        && claim.getMetadata().getDeletionTimestamp() == null
        && !Names.isOwnedBy(uid, claim);
  }

  /** Whether the archive is whole. */
  public static boolean isComplete(PersistentVolumeClaim archive) {
    return COMPLETE.equals(label(archive, ARCHIVE));
  }

  /** Name of the environment whose workspace an archive, or its Job, is of; or null. */
  public static String environment(HasMetadata archive) {
    return label(archive, ARCHIVE_OF);
  }

  /** The archive when it is whole. */
  public static PersistentVolumeClaim completed(PersistentVolumeClaim archive, String content) {
    return new PersistentVolumeClaimBuilder(archive)
        .editMetadata()
        .addToLabels(ARCHIVE, COMPLETE)
        .addToAnnotations(CONTENT, content)
        .endMetadata()
        .build();
  }

  /** The archive when it has to be made anew. */
  public static PersistentVolumeClaim outdated(PersistentVolumeClaim archive) {
    return new PersistentVolumeClaimBuilder(archive)
        .editMetadata()
        .addToLabels(ARCHIVE, INCOMPLETE)
        .removeFromAnnotations(CONTENT)
        .endMetadata()
        .build();
  }

  /**
   * The claim as one of an environment that is gone: the garbage collector removes it, and the
   * operator needs no right to.
   */
  public static PersistentVolumeClaim left(
      PersistentVolumeClaim claim, PersistentVolumeClaim workspace) {
    return new PersistentVolumeClaimBuilder(claim)
        .editMetadata()
        .withOwnerReferences(Names.owner(Names.environment(workspace), uid(workspace)))
        .endMetadata()
        .build();
  }

  static String uid(PersistentVolumeClaim workspace) {
    return label(workspace, HostVolume.UID);
  }

  static Optional<String> user(PersistentVolumeClaim workspace) {
    return Optional.ofNullable(workspace.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(USER));
  }

  private static String label(HasMetadata object, String name) {
    return Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.<String, String>of())
        .get(name);
  }
}
