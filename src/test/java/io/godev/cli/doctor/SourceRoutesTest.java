package io.godev.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SourceRoutesTest {
  private static final String WINDOWS = "/run/desktop/mnt/host/c/Users";

  private final Sight sight = new Sight();

  static Stream<Arguments> clusters() {
    return Stream.of(
        Arguments.of(
            Sight.dockerDesktop(Sight.WSL2, "8Gi"),
            "",
            Verdict.OK,
            "hostPath is not allowed by the operator, as by default"),
        Arguments.of(
            Sight.dockerDesktop(Sight.WSL2, "8Gi"),
            WINDOWS,
            Verdict.OK,
            "hostPath works within " + WINDOWS),
        Arguments.of(
            Sight.dockerDesktop(Sight.LINUXKIT, "8Gi"),
            "/Users, /home",
            Verdict.OK,
            "hostPath works within /Users, /home; the nodes do not show their host, so set"
                + " spec.source.hostPath.host"),
        Arguments.of(
            Sight.dockerDesktopKind(),
            WINDOWS,
            Verdict.WARN,
            "hostPath is allowed within "
                + WINDOWS
                + ", but nodes of Docker Desktop's provisioner kind see no folder of your machine"),
        Arguments.of(
            Sight.node("n", "Debian", "6.1", "containerd://2", "8Gi"),
            "/srv",
            Verdict.OK,
            "hostPath works within /srv, for folders of the nodes"));
  }

  @ParameterizedTest
  @MethodSource("clusters")
  void hostPathNeedsNodesThatSeeTheHostAndAnOperatorThatAllowsIt(
      Node node, String allowed, Verdict verdict, String words) {
    // Given
    sight.operator = new Answer.Known<>(Sight.operator(1, 1, allowed));

    // When
    var finding = sight.with(node).of(new SourceRoutes());

    // Then
    assertThat(finding.verdict()).isEqualTo(verdict);
    assertThat(finding.seen())
        .isEqualTo("sync, git, module, files, claim and snapshot work; " + words);
  }

  @Test
  void theOtherRoutesWorkWhateverMayNotBeSeen() {
    // Given
    sight.nodes = Sight.forbidden();
    sight.operator = Sight.forbidden();

    // When
    var finding = sight.of(new SourceRoutes());

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.OK);
    assertThat(finding.seen())
        .startsWith(
            "sync, git, module, files, claim and snapshot work; whether the operator allows hostPath is not known");
  }

  @Test
  void nodesThatMayNotBeSeenLeaveHostPathOpen() {
    // Given
    sight.nodes = Sight.forbidden();
    sight.operator = new Answer.Known<>(Sight.operator(1, 1, "/srv"));

    // Then
    assertThat(sight.of(new SourceRoutes()).seen())
        .endsWith("hostPath is allowed within /srv, but what nodes see is not known");
  }
}
