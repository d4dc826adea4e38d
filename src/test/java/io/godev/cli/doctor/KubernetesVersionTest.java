package io.godev.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubernetesVersionTest {
  private final Sight sight = new Sight();

  @ParameterizedTest
  @CsvSource({
    "v1.33.0, OK",
    "v1.34.1, OK",
    "v1.33.5+k3s1, OK",
    "v1.36.0-alpha.1, OK",
    "v1.100.0, OK",
    "v1.32.9, FAIL",
    "v1.9.0, FAIL",
    "v1.32.2-gke.100, FAIL",
    "unknown, WARN",
    "v1.99999999999, WARN",
  })
  void versionsFrom133OnAreSupported(String version, Verdict verdict) {
    // Given
    sight.version = new Answer.Known<>(Sight.version(version));

    // When
    var finding = sight.of(new KubernetesVersion());

    // Then
    assertThat(finding.verdict()).isEqualTo(verdict);
    assertThat(finding.seen()).contains(version);
    assertThat(finding.remedy().isEmpty()).isEqualTo(verdict == Verdict.OK);
  }

  @Test
  void dockerDesktopIsResetBecauseItsUpdateLeavesTheClusterAsItIs() {
    // Given
    sight.version = new Answer.Known<>(Sight.version("v1.32.2"));

    // When
    var here = sight.of(new KubernetesVersion());
    var elsewhere = sight.with(Sight.node("n", "", "", "", "8Gi")).of(new KubernetesVersion());

    // Then
    assertThat(here.remedy()).contains("reset its Kubernetes cluster", "volumes");
    assertThat(elsewhere.remedy())
        .isEqualTo("upgrade the cluster, or choose another with --context");
  }

  @Test
  void anOlderNodeIsNamed() {
    // Given
    var old = Sight.node("old", "", "", "", "8Gi");
    old.getStatus().getNodeInfo().setKubeletVersion("v1.31.4");

    // When
    var finding = sight.with(Sight.node("new", "", "", "", "8Gi"), old).of(new KubernetesVersion());

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
    assertThat(finding.seen()).isEqualTo("v1.34.1, but older than 1.33: old (v1.31.4)");
  }

  @Test
  void aVersionThatMayNotBeReadIsNotKnown() {
    // Given
    sight.version = Sight.forbidden();

    // Then
    assertThat(sight.of(new KubernetesVersion()).seen()).startsWith("not known: ");
  }
}
