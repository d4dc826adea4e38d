package io.godev.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeMemoryTest {
  private static final String FOUR = "resources: {limits: {memory: 4Gi}}";

  private final Sight sight = new Sight();

  @ParameterizedTest
  @CsvSource({
    "400Mi, FAIL, the largest node has 0.4 GiB for pods",
    "524287Ki, FAIL, under the 512 MiB that one build takes",
    "512Mi, WARN, under the limit that an environment has by default",
    "1023Mi, WARN, under the limit that an environment has by default",
    "1Gi, OK, the largest node has 1.0 GiB for pods",
    "8148660Ki, OK, the largest node has 7.8 GiB for pods",
    "0, WARN, not known: the nodes do not tell",
  })
  void aBuildNeedsMemory(String memory, Verdict verdict, String words) {
    // When
    var finding = sight.with(Sight.dockerDesktop(Sight.WSL2, memory)).of(new NodeMemory());

    // Then
    assertThat(finding.verdict()).isEqualTo(verdict);
    assertThat(finding.seen()).contains(words);
  }

  @Test
  void onWsl2TheRemedyIsItsConfigurationFile() {
    assertThat(remedy(Sight.dockerDesktop(Sight.WSL2, "1Mi")))
        .contains(".wslconfig", "[wsl2]", "memory=", "wsl --shutdown");
    assertThat(remedy(Sight.node("kind-control-plane", "", Sight.WSL2, "", "1Mi")))
        .contains(".wslconfig");
  }

  @Test
  void elsewhereItIsNot() {
    assertThat(remedy(Sight.dockerDesktop(Sight.LINUXKIT, "1Mi")))
        .contains("settings, under Resources")
        .doesNotContain("wsl");
    assertThat(remedy(Sight.node("n", "Debian", "6.1", "containerd://2", "1Mi")))
        .isEqualTo("give the node more, or add a larger one");
  }

  @Test
  void environmentsThatRunCountTogether() {
    // Given: 4 + 4 + the default of 1, and one that is suspended
    sight.with(
        Sight.environment("one", FOUR, ""),
        Sight.environment("two", FOUR, ""),
        Sight.environment("three", "", ""),
        Sight.environment("idle", "mode: Suspended\n" + FOUR, ""));

    // When
    var finding = sight.of(new NodeMemory());

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
    assertThat(finding.seen())
        .isEqualTo(
            "the largest node has 8.0 GiB for pods, and the 3 environments that run in team may take 9.0 GiB"
                + " together");
    assertThat(finding.remedy()).startsWith("suspend those that are not in use");
  }

  @Test
  void theLargestNodeCounts() {
    assertThat(
            sight
                .with(
                    Sight.node("a", "", "", "", "1Gi"),
                    Sight.node("b", "", "", "", "16Gi"),
                    Sight.node("c", "", "", "", "2000Mi"))
                .of(new NodeMemory())
                .seen())
        .startsWith("the largest node has 16.0 GiB");
  }

  private String remedy(Node node) {
    return sight.with(node).of(new NodeMemory()).remedy();
  }
}
