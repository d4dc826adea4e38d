package io.godev.plan;

import static io.godev.plan.Environments.environment;
import static io.godev.plan.Environments.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.resolve.PlatformDefaults;
import io.godev.resolve.Resolution;
import io.godev.resolve.Resolver;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is done with a pod beyond the edit of one field, which {@link ChangeClassesTest} holds. */
class PodDecisionTest {
  static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  /** What the next version of the operator brings. */
  private static final PlatformDefaults NEXT =
      new PlatformDefaults(
          "registry.example/godev-runtime:2", "golang:%s-bookworm", Environments.REPORT_URL);

  @Test
  void resourcesAreResizedInPlaceAndTheGoMemoryLimitWaits() {
    // Given
    var larger = plan("resources: {limits: {memory: 2Gi}}");

    // When
    var decision = PodDecision.of(larger, running(plan("")), NOW);

    // Then
    assertThat(decision)
        .isInstanceOfSatisfying(
            PodDecision.Resize.class,
            resize -> {
              assertThat(resize.resources().getLimits().get("memory").toString()).isEqualTo("2Gi");
              assertThat(resize.pending()).containsExactly("GOMEMLIMIT: 966367641 → 1932735283");
            });
  }

  @Test
  void theSameAmountWrittenOtherwiseIsNoChange() {
    assertThat(
            PodDecision.of(
                plan("resources: {limits: {cpu: 2000m, memory: 1024Mi}}"), running(plan("")), NOW))
        .isEqualTo(new PodDecision.Keep(List.of()));
  }

  @Test
  void resourcesOfAPodWhoseProgramHasNotStartedReplaceIt() {
    // Given
    var waiting = running(plan(""));
    waiting.setStatus(null);

    // When
    var decision = PodDecision.of(plan("resources: {limits: {memory: 2Gi}}"), waiting, NOW);

    // Then
    assertThat(decision).isInstanceOf(PodDecision.Remove.class);
  }

  @Test
  void anotherQosClassWaitsForARestart() {
    // Given
    var guaranteed =
        plan("resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi}}");

    // When
    var decision = PodDecision.of(guaranteed, running(plan("")), NOW);

    // Then
    assertThat(decision)
        .isInstanceOfSatisfying(
            PodDecision.Keep.class,
            keep -> assertThat(keep.pending()).singleElement().asString().contains("QoS class"));
  }

  @Test
  void anUpgradeOfTheOperatorReplacesNothingAndSaysWhatWaits() {
    // Given
    var upgraded =
        new Planner(
                new PlatformDefaults(
                    "registry.example/godev-runtime:2",
                    "golang:%s-bookworm",
                    Environments.REPORT_URL),
                () -> Environments.AUTHORITY)
            .plan(Environments.resolved(environment("")));

    // When
    var decision = PodDecision.of(upgraded, running(plan("")), NOW);

    // Then
    assertThat(decision)
        .isEqualTo(
            new PodDecision.Keep(
                List.of(
                    "image of runtime: registry.example/godev-runtime:1 →"
                        + " registry.example/godev-runtime:2")));
  }

  @Test
  void aDefaultThatIsWrittenOutRestartsNothing() {
    // Given
    var explicit = plan("go: {modules: {lock: ReadOnly}}");

    // When
    var decision = PodDecision.of(explicit, running(plan("")), NOW);

    // Then
    assertThat(decision).isInstanceOf(PodDecision.Annotate.class);
  }

  @Test
  void aNewValueOfTheRestartAnnotationReplacesThePodOnce() {
    // Given
    var asking = environment("");
    asking.getMetadata().setAnnotations(Map.of("godev.io/restart", "1"));

    // Then
    assertThat(PodDecision.of(plan(asking), running(plan("")), NOW))
        .isInstanceOf(PodDecision.Remove.class);
    assertThat(PodDecision.of(plan(asking), running(plan(asking)), NOW))
        .isEqualTo(new PodDecision.Keep(List.of()));
    assertThat(PodDecision.of(plan(""), running(plan(asking)), NOW))
        .isEqualTo(new PodDecision.Keep(List.of()));
  }

  @Test
  void aSuspendedEnvironmentHasNoPod() {
    assertThat(PodDecision.of(plan("mode: Suspended"), running(plan("")), NOW))
        .isInstanceOf(PodDecision.Remove.class);
    assertThat(PodDecision.of(plan("mode: Suspended"), null, NOW))
        .isEqualTo(new PodDecision.Keep(List.of()));
    assertThat(PodDecision.of(plan(""), null, NOW)).isInstanceOf(PodDecision.Create.class);
  }

  @Test
  void aFailedPodIsReplacedButNotAtOnce() {
    // Given
    var lost = running(plan(""));
    lost.getStatus().setPhase("Failed");

    // Then
    assertThat(PodDecision.of(plan(""), lost, NOW.plusSeconds(4)))
        .isEqualTo(new PodDecision.Wait(Duration.ofSeconds(6)));
    assertThat(PodDecision.of(plan(""), lost, NOW.plusSeconds(10)))
        .isInstanceOf(PodDecision.Remove.class);
  }

  @Test
  void aPodThatEndsOrThatBelongsToAPredecessorIsWaitedFor() {
    // Given
    var ending = running(plan(""));
    ending.getMetadata().setDeletionTimestamp(NOW.toString());
    var predecessors = running(plan(""));
    predecessors.getMetadata().getOwnerReferences().get(0).setUid("another");

    // Then
    assertThat(PodDecision.of(plan(""), ending, NOW)).isEqualTo(new PodDecision.Wait(null));
    assertThat(PodDecision.of(plan(""), predecessors, NOW)).isEqualTo(new PodDecision.Wait(null));
  }

  @Test
  void aNewQosClassHidesNothingElseThatWaits() {
    // Given
    var guaranteed =
        planBy(
            NEXT,
            environment(
                "resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi}}"));

    // When
    var decision = PodDecision.of(guaranteed, running(plan("")), NOW);

    // Then
    assertThat(decision)
        .isEqualTo(
            new PodDecision.Keep(
                List.of(
                    "image of runtime: registry.example/godev-runtime:1 →"
                        + " registry.example/godev-runtime:2",
                    "spec.resources: the pod's QoS class would change, which needs a new pod")));
  }

  @Test
  void anotherDefaultForTheGoImageWaitsAndAnImageOfTheUsersOwnDoesNot() {
    // Given
    var mirrored =
        new PlatformDefaults(
            "registry.example/godev-runtime:1",
            "mirror.example/golang:%s",
            Environments.REPORT_URL);

    // When
    var byVersion = PodDecision.of(planBy(mirrored, environment("")), running(plan("")), NOW);
    var own = "go: {image: example.com/go}";
    var byImage = PodDecision.of(planBy(mirrored, environment(own)), running(plan(own)), NOW);

    // Then
    assertThat(((PodDecision.Keep) byVersion).pending())
        .containsExactly(
            "image of source: golang:1.26-bookworm → mirror.example/golang:1.26",
            "image of modules: golang:1.26-bookworm → mirror.example/golang:1.26",
            "image of build: golang:1.26-bookworm → mirror.example/golang:1.26",
            "image of dev: golang:1.26-bookworm → mirror.example/golang:1.26");
    assertThat(byImage).isEqualTo(new PodDecision.Keep(List.of()));
  }

  @Test
  void aRestartBringsTheUpgradeAlong() {
    // Given
    var asking = environment("");
    asking.getMetadata().setAnnotations(Map.of("godev.io/restart", "1"));

    // When
    var decision = PodDecision.of(planBy(NEXT, asking), running(plan("")), NOW);

    // Then
    assertThat(decision).isInstanceOf(PodDecision.Remove.class);
    assertThat(PodDecision.of(planBy(NEXT, asking), running(planBy(NEXT, asking)), NOW))
        .isEqualTo(new PodDecision.Keep(List.of()));
  }

  @Test
  void aFieldThatChangesNothingOfThePodIsOnlyNoted() {
    // Given
    var withoutAProxy = plan("proxy: {noProxy: [a.example.com]}");
    var pod = running(plan(""));

    // When
    var decision = PodDecision.of(withoutAProxy, pod, NOW);

    // Then
    var hash = withoutAProxy.pod().getMetadata().getAnnotations().get(PodHashes.WRITTEN);
    assertThat(decision)
        .isEqualTo(new PodDecision.Annotate(pod, Map.of("godev.io/spec-hash", hash), List.of()));
  }

  @Test
  void aMemoryLimitOfTheUsersOwnInBytesReplacesThePodWhenItChanges() {
    // Given
    var before = plan("run: {env: [{name: GOMEMLIMIT, value: \"500000000\"}]}");
    var after = plan("run: {env: [{name: GOMEMLIMIT, value: \"600000000\"}]}");

    // When
    var decision = PodDecision.of(after, running(before), NOW);

    // Then
    assertThat(decision).isInstanceOf(PodDecision.Remove.class);
  }

  @Test
  void amountsThatALimitRangeAddsAreNotTheOperatorsConcern() {
    // Given
    var starting = running(plan(""));
    starting.setStatus(null);
    var resources = starting.getSpec().getContainers().get(0).getResources();
    resources.setLimits(with(resources.getLimits(), "ephemeral-storage", "2Gi"));
    resources.setRequests(with(resources.getRequests(), "ephemeral-storage", "1Gi"));

    // When
    var decision = PodDecision.of(plan(""), starting, NOW);

    // Then
    assertThat(decision).isEqualTo(new PodDecision.Keep(List.of()));
  }

  @Test
  void whatAWebhookPutsIntoThePodDoesNotWaitForARestart() {
    // Given
    var injected = running(plan(""));
    var program = injected.getSpec().getContainers().get(0);
    program.setImage("mirror.example/golang:1.26-bookworm");
    program.getEnv().add(new EnvVar("INJECTED", "by the cluster", null));

    // When
    var decision = PodDecision.of(plan(""), injected, NOW);

    // Then
    assertThat(decision).isEqualTo(new PodDecision.Keep(List.of()));
  }

  @Test
  void aSuspendedEnvironmentLosesItsFailedPodAtOnceAndWaitsForOneThatEnds() {
    // Given
    var failed = running(plan(""));
    failed.getStatus().setPhase("Failed");
    var ending = running(plan(""));
    ending.getMetadata().setDeletionTimestamp(NOW.toString());

    // Then
    assertThat(PodDecision.of(plan("mode: Suspended"), failed, NOW))
        .isEqualTo(new PodDecision.Remove(failed, "the environment is suspended"));
    assertThat(PodDecision.of(plan("mode: Suspended"), ending, NOW))
        .isEqualTo(new PodDecision.Wait(null));
  }

  private static EnvironmentPlan planBy(PlatformDefaults defaults, GoDevEnvironment environment) {
    var resolution = (Resolution.Resolved) new Resolver(defaults).resolve(environment);
    return new Planner(defaults, () -> Environments.AUTHORITY).plan(resolution.environment());
  }

  private static Map<String, Quantity> with(
      Map<String, Quantity> amounts, String name, String amount) {
    var more = new HashMap<>(amounts);
    more.put(name, new Quantity(amount));
    return more;
  }

  /** The planned pod as the API server shows it while its program runs. */
  static Pod running(EnvironmentPlan plan) {
    return new PodBuilder(plan.pod())
        .editMetadata()
        .withCreationTimestamp(NOW.toString())
        .endMetadata()
        .withNewStatus()
        .withPhase("Running")
        .withContainerStatuses(
            new ContainerStatusBuilder()
                .withName("dev")
                .withRestartCount(0)
                .withNewState()
                .withNewRunning(NOW.toString())
                .endState()
                .build())
        .endStatus()
        .build();
  }
}
