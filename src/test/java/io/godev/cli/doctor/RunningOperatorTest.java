package io.godev.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunningOperatorTest {
  private final Sight sight = new Sight();

  @Test
  void anAvailableReplicaIsEnough() {
    // Given
    sight.operator = new Answer.Known<>(Sight.operator(2, 1, ""));

    // Then
    assertThat(sight.of(new RunningOperator()))
        .isEqualTo(
            Finding.ok(
                "RunningOperator",
                "godev-system/godev-operator: 1 of 2 available, registry.example/godev-operator:1"));
  }

  @Test
  void anImageThatIsNotThereIsBuiltOrFetched() {
    // Given
    sight.operator = new Answer.Known<>(Sight.operator(1, 0, ""));
    sight.operatorPods =
        new Answer.Known<>(
            List.of(
                new PodBuilder()
                    .withNewStatus()
                    .addNewContainerStatus()
                    .withNewState()
                    .withNewWaiting("Back-off pulling image", "ImagePullBackOff")
                    .endState()
                    .endContainerStatus()
                    .endStatus()
                    .build()));

    // When
    var finding = sight.of(new RunningOperator());

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(finding.seen())
        .endsWith("is not available: ImagePullBackOff, Back-off pulling image");
    assertThat(finding.remedy()).contains("make images");
  }

  @Test
  void aPodWithoutANodeSaysWhy() {
    // Given
    sight.operator = new Answer.Known<>(Sight.operator(1, 0, ""));
    sight.operatorPods =
        new Answer.Known<>(
            List.of(
                new PodBuilder()
                    .withNewStatus()
                    .addNewCondition()
                    .withType("PodScheduled")
                    .withStatus("False")
                    .withReason("Unschedulable")
                    .withMessage("0/1 nodes are available: 1 Insufficient memory.")
                    .endCondition()
                    .endStatus()
                    .build()));

    // When
    var finding = sight.of(new RunningOperator());

    // Then
    assertThat(finding.seen())
        .endsWith("Unschedulable, 0/1 nodes are available: 1 Insufficient memory.");
    assertThat(finding.remedy()).contains("kubectl -n godev-system logs deployment/godev-operator");
  }

  @Test
  void oneThatIsScaledToNothingIsScaledUp() {
    // Given
    sight.operator = new Answer.Known<>(Sight.operator(0, 0, ""));

    // When
    var finding = sight.of(new RunningOperator());

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(finding.remedy())
        .isEqualTo("kubectl -n godev-system scale deployment godev-operator --replicas=1");
  }

  @Test
  void withoutOneItIsToBeInstalled() {
    // Given
    sight.operator = new Answer.Absent<>();

    // Then
    assertThat(sight.of(new RunningOperator()).verdict()).isEqualTo(Verdict.FAIL);
  }

  @Test
  void whoMayNotLookIsToldSoAndNothingFails() {
    // Given
    sight.operator = Sight.forbidden();

    // When
    var finding = sight.of(new RunningOperator());

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
    assertThat(finding.seen()).contains("forbidden");
  }

  @Test
  void whoMayNotLookSeesItsWork() {
    // Given
    sight.operator = Sight.forbidden();
    sight.with(Sight.environment("shop", "", "observedGeneration: 1"));

    // When
    var finding = sight.of(new RunningOperator());

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.OK);
    assertThat(finding.seen()).startsWith("it has seen every environment of team as it is");
  }

  @Test
  void workThatIsOutdatedProvesNothing() {
    // Given
    sight.operator = Sight.forbidden();
    sight.with(
        Sight.environment("shop", "", "observedGeneration: 1"), Sight.environment("new", "", ""));

    // Then
    assertThat(sight.of(new RunningOperator()).verdict()).isEqualTo(Verdict.WARN);
  }
}
