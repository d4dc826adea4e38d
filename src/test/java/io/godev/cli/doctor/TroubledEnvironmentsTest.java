package io.godev.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TroubledEnvironmentsTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final String READY =
      "conditions: [{type: Ready, status: 'True', reason: Ready, message: It answers.}]";

  private final Sight sight = new Sight();
  private final Check check = new TroubledEnvironments(NOON);

  @Test
  void noEnvironmentHasNoTrouble() {
    assertThat(sight.of(check))
        .isEqualTo(Finding.ok("TroubledEnvironments", "there are no environments in team"));
    assertThat(sight.with(Sight.environment("shop", "", READY)).of(check))
        .isEqualTo(Finding.ok("TroubledEnvironments", "none of 1 in team"));
  }

  @Test
  void eachThatHasTroubleIsAFindingThatFailsNothing() {
    // When
    var findings =
        check.check(
            sight
                .with(
                    Sight.environment("one", "", failed("Ready", "BuildFailed", "x.go:3: no")),
                    Sight.environment("fine", "", READY),
                    Sight.environment("two", "", failed("Exposed", "PortTaken", "8080 is taken")))
                .seen());

    // Then
    assertThat(findings)
        .containsExactly(
            Finding.warn(
                "TroubledEnvironments",
                "one: BuildFailed: x.go:3: no",
                "godev status one shows the rest"),
            Finding.warn(
                "TroubledEnvironments",
                "two: PortTaken: 8080 is taken",
                "godev status two shows the rest"));
  }

  @Test
  void aSuspendedOneAndOneAtWorkHaveNone() {
    // When
    var finding =
        sight
            .with(
                Sight.environment("idle", "", failed("Ready", "Suspended", "On demand.")),
                Sight.environment(
                    "starting",
                    "",
                    failed("Ready", "InProgress", "It builds.")
                        + "\n- {type: Reconciling, status: 'True', reason: InProgress, message: It builds.}"))
            .of(check);

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void aSpecThatIsRefusedIsTroubleEvenWhileTheOldOneRuns() {
    assertThat(
            sight
                .with(
                    Sight.environment(
                        "shop",
                        "",
                        failed("Accepted", "InvalidSpec", "spec.go.version: none")
                            + "\n- {type: Ready, status: 'True', reason: Ready, message: It answers.}"))
                .of(check)
                .seen())
        .isEqualTo("shop: InvalidSpec: spec.go.version: none");
  }

  @Test
  void oneThatNoOperatorLookedAtIsTroubleAfterAWhile() {
    // Given
    var fresh = Sight.environment("fresh", "", "");
    fresh.getMetadata().setCreationTimestamp(NOON.minusSeconds(10).toString());

    // Then
    assertThat(sight.with(fresh).of(check).verdict()).isEqualTo(Verdict.OK);
    assertThat(sight.with(Sight.environment("old", "", "")).of(check).seen())
        .isEqualTo("old: no operator has looked at it");
  }

  private static String failed(String type, String reason, String message) {
    return """
        conditions:
        - {type: %s, status: 'False', reason: %s, message: '%s'}"""
            .formatted(type, reason, message)
        + (type.equals("Ready") || type.equals("Accepted")
            ? ""
            : "\n- {type: Ready, status: 'True', reason: Ready, message: It answers.}");
  }
}
