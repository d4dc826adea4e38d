package io.godev.cli.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.plan.Environments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTest {
  @Test
  void tcpPortsComeBeforeTheDebuggerAndNoneTwice() {
    // Given
    var environment =
        environment(
            """
            endpoints:
            - {name: http, port: 80, portForward: kubectl port-forward -n team pod/shop 8080:80}
            - {name: dns, port: 53, protocol: UDP}
            - {name: admin, port: 9000, portForward: kubectl port-forward -n team pod/shop 9000:9000}
            - {name: pprof, port: 9000, portForward: kubectl port-forward -n team pod/shop 9001:9000}
            debug: {portForward: kubectl port-forward -n team pod/shop 40000:2345}
            """);

    // Then
    assertThat(Target.of(environment))
        .containsExactly(
            new Target("http", 8080, 80),
            new Target("admin", 9000, 9000),
            new Target("debugger", 40_000, 2345));
    assertThat(Target.ofDebugger(environment)).contains(new Target("debugger", 40_000, 2345));
  }

  @Test
  void withoutAStatusThereIsNothingToForward() {
    assertThat(Target.of(Environments.environment(""))).isEmpty();
    assertThat(Target.ofDebugger(Environments.environment(""))).isEmpty();
    assertThat(Target.of(environment("goVersion: '1.26'"))).isEmpty();
  }

  @Test
  void aCommandOfAnotherFormIsPassedOver() {
    assertThat(
            Target.of(
                environment(
                    """
                    endpoints:
                    - {name: a, portForward: kubectl port-forward pod/shop 8080}
                    - {name: b, portForward: ''}
                    - {name: c, portForward: kubectl port-forward pod/shop 123456:80}
                    """)))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http, http://localhost:8080",
    "http-admin, http://localhost:8080",
    "https, https://localhost:8080",
    "https-api, https://localhost:8080",
    "grpc, localhost:8080",
    "httpx, localhost:8080",
  })
  void theNameSaysHowItIsReached(String name, String address) {
    assertThat(new Target(name, 80, 80).address(8080)).isEqualTo(address);
  }

  private static GoDevEnvironment environment(String status) {
    var environment = Environments.environment("");
    environment.setStatus(
        new KubernetesSerialization().unmarshal(status, GoDevEnvironmentStatus.class));
    return environment;
  }
}
