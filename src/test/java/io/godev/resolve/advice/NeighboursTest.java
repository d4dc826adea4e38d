package io.godev.resolve.advice;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.Run;
import io.godev.plan.Environments;
import io.godev.resolve.advice.Situation.ExternalPort;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NeighboursTest {
  private static final String EXTERNAL =
      "run: {ports: [{name: http, containerPort: 80, port: 8080, expose: LoadBalancer},"
          + " {name: dns, containerPort: 5353, protocol: UDP, expose: LoadBalancer},"
          + " {name: admin, containerPort: 9090}]}";

  @Test
  void theirPortsOutsideTheClusterAreKnownByTheNumberTheyAreReachedBy() {
    // When
    var ports =
        Neighbours.externalPorts(
            named("mine", EXTERNAL), Stream.of(named("mine", EXTERNAL), named("other", EXTERNAL)));

    // Then
    assertThat(ports)
        .containsExactly(
            new ExternalPort(8080, Run.Protocol.TCP, "team/other"),
            new ExternalPort(5353, Run.Protocol.UDP, "team/other"));
  }

  @Test
  void whoHasNoPortOutsideDoesNotAskForThoseOfOthers() {
    // When
    var ports = Neighbours.externalPorts(named("mine", ""), Stream.of(named("other", EXTERNAL)));

    // Then
    assertThat(ports).isEmpty();
  }

  private static GoDevEnvironment named(String name, String spec) {
    var environment = Environments.environment(spec);
    environment.getMetadata().setName(name);
    return environment;
  }
}
