package io.godev.plan;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.godev.resolve.PlatformDefaults;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What it takes to archive the workspace of an environment that is gone.
 *
 * @param claim for the archive, as large as the workspace: what it holds may not compress
 * @param job that writes it there, read-only where the workspace is
 */
public record ArchivePlan(PersistentVolumeClaim claim, Job job) {
  /** Label that the cluster gives the pods of a Job. */
  public static final String JOB_NAME = "batch.kubernetes.io/job-name";

  private static final Pattern USER = Pattern.compile("([0-9]{1,10}):([0-9]{1,10}):([0-9]{1,10})");
  private static final String NOBODY_SAID = "1000:3000:2000";

  // a node or an image that is not there must show as a failure within the hour
  private static final long FIRST_SECONDS = 1800;
  // for slow disks and small processors: 9 MiB/s
  private static final long SECONDS_A_GIBIBYTE = 120;
  private static final int TRIES_AGAIN = 1;
  private static final int STAYS_SECONDS = 3600;

  /** The plan for a claim that asks for it. */
  public static ArchivePlan of(PersistentVolumeClaim workspace, PlatformDefaults defaults) {
    var environment = Names.environment(workspace);
    // another one for each life of an environment: an archive is never written over
    var name =
        environment
            + "-archive-"
            + PodHashes.hash(ArchiveNames.uid(workspace), workspace.getMetadata().getUid())
                .substring(0, 8);
    var metadata =
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(workspace.getMetadata().getNamespace())
            .withLabels(
                Map.of(Names.MANAGED_BY, Names.OPERATOR, ArchiveNames.ARCHIVE_OF, environment))
            .build();
    var size = size(workspace);
    return new ArchivePlan(
        claim(metadata, workspace, size), job(metadata, workspace, size, defaults));
  }

  private static PersistentVolumeClaim claim(
      ObjectMeta metadata, PersistentVolumeClaim workspace, Quantity size) {
    return new PersistentVolumeClaimBuilder()
        .withMetadata(
            new ObjectMetaBuilder(metadata)
                .addToLabels(ArchiveNames.ARCHIVE, ArchiveNames.INCOMPLETE)
                .build())
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withStorageClassName(workspace.getSpec().getStorageClassName())
        .withNewResources()
        .addToRequests("storage", size)
        .endResources()
        .endSpec()
        .build();
  }

  // a class may give more than was asked for, and it may be full
  private static Quantity size(PersistentVolumeClaim workspace) {
    return Stream.of(
            workspace.getSpec().getResources().getRequests(),
            workspace.getStatus() == null ? null : workspace.getStatus().getCapacity())
        .filter(Objects::nonNull)
        .map(amounts -> amounts.get("storage"))
        .filter(Objects::nonNull)
        .max(Comparator.comparing(Quantity::getNumericalAmount))
        .orElseThrow();
  }

  private static Job job(
      ObjectMeta metadata,
      PersistentVolumeClaim workspace,
      Quantity size,
      PlatformDefaults defaults) {
    return new JobBuilder()
        .withMetadata(
            new ObjectMetaBuilder(metadata)
                .addNewOwnerReference()
                .withApiVersion("v1")
                .withKind("PersistentVolumeClaim")
                .withName(workspace.getMetadata().getName())
                .withUid(workspace.getMetadata().getUid())
                .endOwnerReference()
                .build())
        .withNewSpec()
        .withBackoffLimit(TRIES_AGAIN)
        .withActiveDeadlineSeconds(seconds(size))
        .withTtlSecondsAfterFinished(STAYS_SECONDS)
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels(ArchiveNames.ARCHIVE_OF, Names.environment(workspace))
        .endMetadata()
        .withSpec(pod(metadata.getName(), workspace, defaults))
        .endTemplate()
        .endSpec()
        .build();
  }

  private static long seconds(Quantity size) {
    var gibibytes =
        size.getNumericalAmount().divideToIntegralValue(BigDecimal.valueOf(1L << 30)).longValue();
    return FIRST_SECONDS + SECONDS_A_GIBIBYTE * (gibibytes + 1);
  }

  private static PodSpec pod(
      String archive, PersistentVolumeClaim workspace, PlatformDefaults defaults) {
    var user =
        USER.matcher(
            ArchiveNames.user(workspace)
                .filter(text -> USER.matcher(text).matches())
                .orElse(NOBODY_SAID));
    user.matches();
    return new PodSpecBuilder()
        .withRestartPolicy("Never")
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withSecurityContext(
            PodSecurity.ofPod(
                    Long.parseLong(user.group(1)),
                    Long.parseLong(user.group(2)),
                    Long.parseLong(user.group(3)))
                .build())
        .addNewContainer()
        .withName("archive")
        .withImage(defaults.runtimeImage())
        .withImagePullPolicy("IfNotPresent")
        .withCommand("/godevd")
        .withArgs(
            "archive", "--to=" + Paths.ARCHIVE, "--environment=" + Names.environment(workspace))
        .withNewResources()
        .addToRequests("cpu", new Quantity("100m"))
        .addToRequests("memory", new Quantity("64Mi"))
        .addToLimits("cpu", new Quantity("1"))
        .addToLimits("memory", new Quantity("256Mi"))
        .endResources()
        .withSecurityContext(PodSecurity.ofContainer(List.of()))
        .withVolumeMounts(
            new VolumeMountBuilder()
                .withName("workspace")
                .withMountPath(Paths.WORKSPACE)
                .withReadOnly(true)
                .build(),
            new VolumeMountBuilder()
                .withName(EnvironmentPod.ARCHIVE)
                .withMountPath(Paths.ARCHIVE)
                .build())
        .endContainer()
        .addNewVolume()
        .withName("workspace")
        .withNewPersistentVolumeClaim(workspace.getMetadata().getName(), null)
        .endVolume()
        .addNewVolume()
        .withName(EnvironmentPod.ARCHIVE)
        .withNewPersistentVolumeClaim(archive, null)
        .endVolume()
        .build();
  }

  /** When the Job ended in that way, such as {@code Complete} or {@code Failed}. */
  public static Optional<String> ended(Job job, String how) {
    return job.getStatus() == null
        ? Optional.empty()
        : job.getStatus().getConditions().stream()
            .filter(condition -> condition.getType().equals(how))
            .filter(condition -> "True".equals(condition.getStatus()))
            .map(condition -> condition.getLastTransitionTime())
            .findFirst();
  }
}
