package io.godev.assess;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.Condition.Status.Unknown;
import static io.godev.api.v1alpha1.ConditionType.Accepted;
import static io.godev.api.v1alpha1.ConditionType.Built;
import static io.godev.api.v1alpha1.ConditionType.PendingRestart;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Reconciling;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static io.godev.api.v1alpha1.ConditionType.SourceReady;
import static io.godev.assess.Passes.is;
import static io.godev.assess.Pods.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.plan.Environments;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of an environment beside the steps of its pod. */
class AssessorTest {
  private static final String PORT = "run: {ports: [{name: http, containerPort: 8080}]}";

  private final GoDevEnvironment environment = Environments.environment(PORT);

  @Test
  void noNodeIsNotFinal() {
    // When
    var status =
        assess(Pods.pod().unschedulable("0/1 nodes are available: 1 Insufficient cpu.").build());

    // Then
    is(status, Ready, False, "Unschedulable");
    is(status, Reconciling, True, "Unschedulable");
    assertThat(status.condition(Ready).message()).contains("Insufficient cpu");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "persistentvolumeclaim \"code\" not found | fast | ClaimNotFound",
        "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. | fast | VolumePending",
        "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. | | NoStorageClass",
      })
  void aVolumeInTheWayIsNamed(String scheduler, String storageClass, String reason) {
    // Given
    var claim =
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withName("shop-cache")
            .endMetadata()
            .withNewSpec()
            .withStorageClassName(storageClass)
            .endSpec()
            .withNewStatus()
            .withPhase("Pending")
            .endStatus()
            .build();
    var seen =
        new Observation(
            Pods.pod().unschedulable(scheduler).build(), List.of(claim), List.of(), List.of());

    // When
    var status = Passes.assess(environment, seen, NOW);

    // Then
    assertThat(status.condition(Ready).reason()).isEqualTo(reason);
  }

  @Test
  void anArchiveThatIsNotThereIsNamedWithItsOwnField() {
    // Given
    var pod =
        new PodBuilder(Pods.pod().unschedulable("persistentvolumeclaim \"old\" not found").build())
            .editSpec()
            .addNewVolume()
            .withName("archive")
            .withNewPersistentVolumeClaim("old", null)
            .endVolume()
            .endSpec()
            .build();

    // When
    var status =
        Passes.assess(environment, new Observation(pod, List.of(), List.of(), List.of()), NOW);

    // Then
    is(status, Ready, False, "ClaimNotFound");
    assertThat(status.condition(Ready).message())
        .contains("old is not there", "spec.source.snapshot.archive", "-l godev.io/archive")
        .doesNotContain("spec.source.claim");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pods \"shop\" is forbidden: failed quota: q: must specify limits.memory | QuotaExceeded",
        "pods \"shop\" is forbidden: maximum memory usage per Container is 512Mi, but limit is 1Gi | LimitRangeExceeded",
        "pods \"shop\" is forbidden: violates PodSecurity \"restricted:latest\" | PodSecurityViolation",
        "persistentvolumeclaims \"c\" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize | VolumeCannotGrow",
        "admission webhook \"w\" denied the request | Refused",
      })
  void aRefusalIsToldApartByTheServersWords(String message, String reason) {
    // Given
    var seen =
        new Observation(
            null, List.of(), List.of(new Obstacle.Refusal("Pod", "shop", message)), List.of());

    // When
    var status = Passes.assess(environment, seen, NOW);

    // Then
    is(status, Ready, False, reason);
    assertThat(status.condition(Ready).message()).contains(message);
  }

  @ParameterizedTest
  @CsvSource({"9, Waiting", "29, Waiting", "30, VolumePending"})
  void aVolumeMayTakeItsTimeBeforeSomebodyIsWarned(int seconds, String reason) {
    // Given: the pod is unschedulable since one second after it was made
    var claim =
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withName("shop-cache")
            .endMetadata()
            .withNewSpec()
            .withStorageClassName("slow")
            .endSpec()
            .build();
    var pod = Pods.pod().unschedulable("pod has unbound immediate PersistentVolumeClaims").build();
    var seen = new Observation(pod, List.of(claim), List.of(), List.of());

    // When
    var status = Passes.assess(environment, seen, Pods.CREATED.plusSeconds(1 + seconds));

    // Then
    is(status, Ready, False, reason);
  }

  @Test
  void aQuotaIsExceededByAnAmount() {
    // Given
    var words =
        "pods \"shop\" is forbidden: exceeded quota: team, requested:"
            + " limits.cpu=2,limits.memory=1Gi,pods=1,requests.cpu=250m, used:"
            + " limits.cpu=500m,limits.memory=256Mi,pods=3,requests.cpu=1, limited:"
            + " limits.cpu=1,limits.memory=1Gi,pods=3,requests.cpu=2";
    var seen = Passes.seen(null, new Obstacle.Refusal("Pod", "shop", words));

    // When
    var status = Passes.assess(environment, seen, NOW);

    // Then
    is(status, Ready, False, "QuotaExceeded");
    assertThat(status.condition(Ready).message())
        .isEqualTo(
            "The ResourceQuota team of this namespace leaves too little for the Pod shop, which exceeds"
                + " limits.cpu by 1500m (2 asked for, 500m left), limits.memory by 256Mi (1Gi asked for,"
                + " 768Mi left), pods by 1 (1 asked for, 0 left). Lower spec.resources or spec.storage,"
                + " or ask for a larger ResourceQuota; it is tried again by itself.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exceeded quota: q, requested: pods=many, used: pods=0, limited: pods=1",
        "exceeded quota: q, requested: pods=1, used: cpu=0, limited: cpu=1",
        "exceeded quota: q",
      })
  void aQuotaInOtherWordsIsToldInThose(String words) {
    // When
    var status =
        Passes.assess(
            environment, Passes.seen(null, new Obstacle.Refusal("Pod", "shop", words)), NOW);

    // Then
    is(status, Ready, False, "QuotaExceeded");
    assertThat(status.condition(Ready).message()).contains(words);
  }

  @Test
  void anObjectOfSomebodyElseIsAConflict() {
    // Given
    var seen =
        new Observation(
            null, List.of(), List.of(new Obstacle.Conflict("Service", "shop")), List.of());

    // When
    var status = Passes.assess(environment, seen, NOW);

    // Then
    is(status, Accepted, False, "NameConflict");
    is(status, Ready, False, "NameConflict");
  }

  @Test
  void aLostPodIsMadeAnewAndAnEvictedOneSaysSo() {
    is(assess(Pods.started().phase("Failed", "Evicted").build()), Ready, False, "Evicted");
    is(assess(Pods.started().phase("Failed", "NodeShutdown").build()), Ready, False, "PodLost");
  }

  @Test
  void aPodThatDoesNotEndIsOnANodeThatDoesNotAnswer() {
    // Given
    var ending = Pods.started().ready(true).deleted().build();

    // Then
    is(assess(ending), Ready, False, "Terminating");
    is(assess(ending, NOW.plusSeconds(31)), Ready, False, "NodeUnreachable");
  }

  @Test
  void suspensionKeepsWhatIsOnTheVolumesAndCountsAsReady() {
    // Given
    environment.setStatus(assess(Pods.started().ready(true).build()));
    var suspended = Environments.environment(PORT + "\nmode: Suspended");
    suspended.setStatus(environment.getStatus());

    // When
    var ending = Passes.assess(suspended, Passes.seen(Pods.started().deleted().build()), NOW);
    var gone = Passes.assess(suspended, Passes.seen(null), NOW);

    // Then
    is(ending, Ready, False, "Terminating");
    is(gone, Ready, True, "Suspended");
    is(gone, Running, False, "Suspended");
    is(gone, SourceReady, True, "Succeeded");
    is(gone, Reconciling, False, "Settled");
  }

  @Test
  void aRejectedSpecIsToldAndWhatRunsIsStillShown() {
    // Given
    var seen = new Observation(Pods.started().ready(true).build(), List.of(), List.of(), List.of());

    // When
    var status = Passes.reject(environment, seen, NOW);

    // Then
    is(status, Accepted, False, "InvalidSpec");
    is(status, Ready, False, "InvalidSpec");
    is(status, Running, True, "Started");
    assertThat(status.condition(Accepted).message())
        .isEqualTo("spec.go: is not good. What runs is left as it was.");
  }

  @Test
  void anEvictedPodSaysWhyAndThatItsVolumesStay() {
    // Given
    var pod = Pods.pod().scheduled().phase("Failed", "Evicted").build();
    pod.getStatus().setMessage("The node was low on resource: memory.");

    // When
    var status = assess(pod);

    // Then
    assertThat(status.condition(Ready).message())
        .isEqualTo(
            "The pod was lost (Evicted: The node was low on resource: memory.); it is made anew with"
                + " the same volumes.");
  }

  @Test
  void anEnvironmentSuspendedBeforeItsFirstStartHasNothingYet() {
    // When
    var status = Passes.assess(Environments.environment("mode: Suspended"), Passes.seen(null), NOW);

    // Then
    is(status, SourceReady, Unknown, "Suspended");
    is(status, Built, Unknown, "Suspended");
    is(status, Running, False, "Suspended");
    is(status, Ready, True, "Suspended");
  }

  @Test
  void aRejectedSpecKeepsWhatWasSaidOfTheOneThatRuns() {
    // Given
    var seen = Passes.seen(Pods.started().ready(true).build());
    environment.setStatus(Passes.assess(environment, seen, NOW));

    // When
    var status = Passes.reject(environment, seen, NOW.plusSeconds(60));

    // Then
    assertThat(status.goVersion()).isEqualTo("1.26");
    assertThat(status)
        .usingRecursiveComparison()
        .ignoringFields("conditions")
        .isEqualTo(environment.getStatus());
  }

  @Test
  void aRejectedSpecOfAnEnvironmentThatNeverRanIsToldAlone() {
    // When
    var status = Passes.reject(environment, Passes.seen(null), NOW);

    // Then
    assertThat(status.condition(Ready).message()).isEqualTo("spec.go: is not good");
    assertThat(status.endpoints()).isNull();
  }

  @Test
  void whatWaitsForARestartIsListed() {
    // Given
    var seen =
        new Observation(
            Pods.started().ready(true).build(), List.of(), List.of(), List.of("image of dev"));

    // When
    var status = Passes.assess(environment, seen, NOW);

    // Then
    is(status, PendingRestart, True, "ChangeWaits");
    is(status, Ready, True, "Ready");
    assertThat(status.condition(PendingRestart).message()).contains("image of dev");
  }

  @Test
  void aTransitionTimeChangesOnlyWithItsStatus() {
    // Given
    environment.setStatus(
        assess(Pods.pod().done("runtime").running("source").build(), NOW.minusSeconds(30)));
    var before = environment.getStatus().condition(Ready).lastTransitionTime();

    // When
    var later = assess(Pods.until("modules").running("modules").build(), NOW.plusSeconds(30));
    var ready = assess(Pods.started().ready(true).build(), NOW.plusSeconds(90));

    // Then
    assertThat(later.condition(Ready).reason()).isEqualTo("InProgress");
    assertThat(later.condition(Ready).lastTransitionTime()).isEqualTo(before);
    assertThat(ready.condition(Ready).lastTransitionTime()).isNotEqualTo(before);
  }

  @Test
  void thePassAfterNothingHappenedGivesTheSameStatus() {
    // Given
    var pod = Pods.started().ready(true).build();
    environment.setStatus(assess(pod));

    // Then
    assertThat(assess(pod, NOW.plusSeconds(3600))).isEqualTo(environment.getStatus());
  }

  private GoDevEnvironmentStatus assess(Pod pod) {
    return assess(pod, NOW);
  }

  private GoDevEnvironmentStatus assess(Pod pod, Instant now) {
    return Passes.assess(environment, Passes.seen(pod), now);
  }
}
