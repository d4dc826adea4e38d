package io.godev.plan;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.Run;
import java.util.Objects;

/**
 * The readiness probe: what the user asked for, else that the first TCP port is open.
 *
 * <p>There is no liveness probe: a program that stands at a breakpoint must not be ended.
 */
public final class Readiness {
  private Readiness() {}

  /** What the probe looks at, for people; null where there is no probe. */
  public static String describe(GoDevEnvironmentSpec spec) {
    var probe = of(spec.run());
    if (probe == null) {
      return null;
    }
    return probe.getHttpGet() != null
        ? "GET " + probe.getHttpGet().getPath() + " on port " + text(probe.getHttpGet().getPort())
        : "TCP port " + text(probe.getTcpSocket().getPort());
  }

  /** What to do about a probe that fails, for people. */
  public static String remedy(GoDevEnvironmentSpec spec) {
    var probe = of(spec.run());
    var wanted =
        probe != null && probe.getHttpGet() != null
            ? ", and to answer with a status from 200 to 399"
            : "";
    return "The program has to listen on all addresses, not on 127.0.0.1"
        + wanted
        + ". Look at its log (kubectl logs), or change spec.run.ports or spec.run.readiness.";
  }

  /** The probe, or null where nothing can be asked. */
  static Probe of(Run run) {
    var asked = run.readiness();
    if (asked != null && asked.httpGet() != null) {
      return probe()
          .withNewHttpGet()
          .withPath(Objects.requireNonNullElse(asked.httpGet().path(), "/"))
          .withPort(asked.httpGet().port())
          .endHttpGet()
          .build();
    }
    if (asked != null) {
      return probe().withNewTcpSocket().withPort(asked.tcpSocket().port()).endTcpSocket().build();
    }
    return run.ports().stream()
        .filter(port -> port.protocol() == Run.Protocol.TCP)
        .findFirst()
        .map(
            port ->
                probe()
                    .withNewTcpSocket()
                    .withPort(new IntOrString(port.name()))
                    .endTcpSocket()
                    .build())
        .orElse(null);
  }

  private static ProbeBuilder probe() {
    return new ProbeBuilder().withPeriodSeconds(2).withTimeoutSeconds(2).withFailureThreshold(3);
  }

  private static String text(IntOrString port) {
    return String.valueOf(port.getValue());
  }
}
