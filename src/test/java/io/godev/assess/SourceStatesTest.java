package io.godev.assess;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.Condition.Status.Unknown;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Reconciling;
import static io.godev.api.v1alpha1.ConditionType.SourceReady;
import static io.godev.api.v1alpha1.ConditionType.Stalled;
import static io.godev.assess.Passes.is;
import static io.godev.assess.Pods.CREATED;
import static io.godev.assess.Pods.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.plan.Environments;
import io.godev.plan.Names;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the kinds of source say while they are not there. */
class SourceStatesTest {
  private static final String SYNC = "source: {sync: {}}";
  private static final String FOLDER = "source: {hostPath: {path: /srv/folders/shop}}";

  @Test
  void aWorkspaceThatWaitsForItsFirstPushSaysWhatToRun() {
    // When
    var status = assess(SYNC, Pods.until("source").running("source"), NOW);

    // Then
    is(status, SourceReady, Unknown, "AwaitingSync");
    assertThat(status.condition(Ready).message()).endsWith("run: godev sync -n team shop");
    is(status, Reconciling, True, "AwaitingSync");
  }

  @Test
  void aPushedWorkspaceIsLikeAnyOther() {
    // When
    var status = assess(SYNC, Pods.started().ready(true), NOW);

    // Then
    is(status, SourceReady, True, "Succeeded");
    is(status, Ready, True, "Ready");
  }

  @Test
  void aSourceThatIsThereButNotAllOfItSaysSo() {
    // When
    var status =
        assess(
            SYNC,
            Pods.until("source")
                .ended(
                    "source",
                    "{\"phase\":\"source\",\"result\":\"Succeeded\",\"reason\":\"LocalEdits\",\"detail\":\"main.go is edited\"}"),
            NOW);

    // Then
    is(status, SourceReady, True, "LocalEdits");
    assertThat(status.condition(SourceReady).message()).isEqualTo("main.go is edited");
  }

  @Test
  void aFolderThatTheNodeDoesNotShowIsNamedAfterAWhile() {
    // When
    var before = assess(FOLDER, Pods.pod().scheduled(), CREATED.plusSeconds(20));
    var after = assess(FOLDER, Pods.pod().scheduled(), CREATED.plusSeconds(21));

    // Then
    is(before, SourceReady, Unknown, "Waiting");
    is(after, SourceReady, False, "HostPathUnavailable");
    is(after, Stalled, True, "HostPathUnavailable");
    assertThat(after.condition(Ready).message()).contains("/srv/folders/shop");
  }

  @Test
  void aVolumeOfSomebodyElseWithOurLabelsSaysNothingOfAFolder() {
    // Given
    var pod = Pods.pod().scheduled().build();
    var theirs =
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName("theirs")
            .addToLabels(Names.MANAGED_BY, Names.OPERATOR)
            .addToLabels(Names.ENVIRONMENT, "shop")
            .endMetadata()
            .withNewSpec()
            .withNewNfs("/", false, "nas.example")
            .endSpec()
            .build();

    // When
    var status =
        Passes.assess(
            Environments.environment(""),
            new Observation(pod, List.of(theirs), List.of(), List.of()),
            NOW);

    // Then
    is(status, SourceReady, Unknown, "Waiting");
  }

  @Test
  void aPodThatWaitsForAFolderIsLookedAtWhenItsTimeIsOver() {
    // Given
    var seen = seen(FOLDER, Pods.pod().scheduled());

    // Then
    assertThat(StatusRhythm.nextLook(seen, CREATED.plusSeconds(11))).hasSeconds(11);
  }

  @Test
  void aFolderThatIsMountedIsNotComplainedOf() {
    // When
    var status = assess(FOLDER, Pods.until("source").running("source"), NOW.plusSeconds(60));

    // Then
    is(status, SourceReady, Unknown, "InProgress");
  }

  private static GoDevEnvironmentStatus assess(String spec, Pods pods, Instant now) {
    return Passes.assess(Environments.environment(spec), seen(spec, pods), now);
  }

  private static Observation seen(String spec, Pods pods) {
    var plan = Environments.plan(spec);
    return new Observation(
        as(plan.pod(), pods.build().getStatus()), plan.objects(), List.of(), List.of());
  }

  private static Pod as(Pod planned, PodStatus status) {
    return new PodBuilder(planned)
        .editMetadata()
        .withCreationTimestamp(CREATED.toString())
        .endMetadata()
        .withStatus(status)
        .build();
  }
}
