package io.godev.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.api.v1alpha1.GoDevEnvironment;
import org.junit.jupiter.api.Test;

class LocalPortsTest {
  private final Sight sight = new Sight().with(shop());

  private static GoDevEnvironment shop() {
    return Sight.environment(
        "shop",
        "",
        """
        endpoints:
        - {name: http, port: 80, portForward: kubectl port-forward -n team pod/shop 8080:80}
        - {name: dns, port: 53}
        debug: {portForward: kubectl port-forward -n team pod/shop 40000:40000}
        """);
  }

  @Test
  void freePortsAreNamed() {
    assertThat(sight.of(new LocalPorts(port -> true)))
        .isEqualTo(Finding.ok("LocalPorts", "8080, 40000 are free here"));
  }

  @Test
  void aTakenPortIsNamedWithWhoWantsIt() {
    // When
    var finding = sight.of(new LocalPorts(port -> port != 40_000));

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
    assertThat(finding.seen()).startsWith("40000 (debugger of shop) cannot be opened here");
    assertThat(finding.remedy()).contains("next free port");
  }

  @Test
  void withoutPortsNothingIsTried() {
    // Given
    sight.with(Sight.environment("new", "", ""));

    // Then
    assertThat(
            sight.of(
                new LocalPorts(
                    port -> {
                      throw new AssertionError(port);
                    })))
        .isEqualTo(Finding.ok("LocalPorts", "no environment has a port to forward"));
  }
}
