package io.godev.resolve;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.Run;
import java.util.stream.Stream;

/** The readiness check connects by TCP, so its port is none of those that are UDP alone. */
final class ReadinessPort {
  private ReadinessPort() {}

  static Stream<Violation> isTcp(GoDevEnvironmentSpec spec) {
    var readiness = spec.run().readiness();
    if (readiness == null) {
      return Stream.empty();
    }
    return readiness.httpGet() != null
        ? check(spec.run(), "spec.run.readiness.httpGet.port", readiness.httpGet().port())
        : check(spec.run(), "spec.run.readiness.tcpSocket.port", readiness.tcpSocket().port());
  }

  private static Stream<Violation> check(Run run, String field, IntOrString asked) {
    var protocols =
        run.ports().stream()
            .filter(port -> isAsked(port, asked))
            .map(Run.Port::protocol)
            .distinct()
            .toList();
    // a port that spec.run.ports does not list may be anything
    return protocols.isEmpty() || protocols.contains(Run.Protocol.TCP)
        ? Stream.empty()
        : Stream.of(
            new Violation(
                field,
                asked.getValue()
                    + " has the protocol UDP in spec.run.ports, to which nothing can connect; name a port of TCP"));
  }

  private static boolean isAsked(Run.Port port, IntOrString asked) {
    return asked.getStrVal() != null
        ? port.name().equals(asked.getStrVal())
        : port.containerPort().equals(asked.getIntVal());
  }
}
