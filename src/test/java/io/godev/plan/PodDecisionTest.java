package io.godev.plan;

import static io.godev.plan.Environments.environment;
import static io.godev.plan.Environments.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.godev.resolve.PlatformDefaults;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The change classes: what an edit does to the pod that runs. */
class PodDecisionTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private static final String PORTS = "run: {ports: [{name: http, containerPort: 8080}]}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run: {args: [-v]}",
        "run: {package: ./cmd/shop}",
        "run: {env: [{name: A, value: b}]}",
        PORTS,
        "run: {readiness: {tcpSocket: {port: 8080}}}",
        "source: {module: {path: example.com/shop, version: v1.2.4}}",
        "go: {version: \"1.25\"}",
        "go: {image: example.com/go}",
        "go: {flags: [-race]}",
        "go: {env: [{name: CGO_ENABLED, value: \"0\"}]}",
        "go: {modules: {proxy: [direct]}}",
        "go: {modules: {sumDatabase: \"off\"}}",
        "go: {modules: {private: [example.com/*]}}",
        "go: {modules: {credentials: {name: netrc}}}",
        "go: {modules: {lock: Update}}",
        "proxy: {https: \"http://proxy.example.com\"}",
        "proxy: {caBundle: {name: ca}}",
        "securityContext: {runAsUser: 1001}",
        "securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}",
      })
  void aRestartFieldReplacesThePod(String edit) {
    // When
    var decision = PodDecision.of(plan(edit), running(plan("")), NOW);

    // Then
    assertThat(decision)
        .isInstanceOfSatisfying(
            PodDecision.Remove.class,
            remove -> assertThat(remove.why()).isEqualTo("its spec changed"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "storage: {cache: {size: 10Gi}}",
        "storage: {onDelete: Delete}",
      })
  void aLiveFieldLeavesThePod(String edit) {
    // When
    var decision = PodDecision.of(plan(edit), running(plan("")), NOW);

    // Then
    assertThat(decision).isEqualTo(new PodDecision.Keep(List.of()));
  }

  @Test
  void exposureLeavesThePod() {
    // Given
    var hidden = "run: {ports: [{name: http, containerPort: 8080, expose: None}]}";

    // When
    var decision = PodDecision.of(plan(hidden), running(plan(PORTS)), NOW);

    // Then
    assertThat(decision).isEqualTo(new PodDecision.Keep(List.of()));
  }

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
        new Planner(new PlatformDefaults("registry.example/godev-runtime:2", "golang:%s-bookworm"))
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

  /** The planned pod as the API server shows it while its program runs. */
  private static Pod running(EnvironmentPlan plan) {
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
