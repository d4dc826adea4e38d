package io.godev.resolve.advice;

import io.godev.api.v1alpha1.Run;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.resolve.ResolvedEnvironment;
import java.time.Instant;
import java.util.List;

/**
 * What the rules look at.
 *
 * @param report what the runtime reported last, or null
 * @param debuggingSince since when the program runs under a debugger, or null
 * @param taken ports that other environments have outside the cluster
 */
public record Situation(
    ResolvedEnvironment environment,
    RuntimeReport report,
    Instant now,
    Instant debuggingSince,
    List<ExternalPort> taken) {

  /**
   * A port with exposure LoadBalancer.
   *
   * @param environment whose it is, as NAMESPACE/NAME
   */
  public record ExternalPort(int port, Run.Protocol protocol, String environment) {}

  /** An environment that runs nowhere yet. */
  public static Situation of(ResolvedEnvironment environment, Instant now) {
    return new Situation(environment, null, now, null, List.of());
  }

  /** The same with what the runtime reported. */
  public Situation with(RuntimeReport reported) {
    return new Situation(environment, reported, now, debuggingSince, taken);
  }

  /** The same with a program that runs under a debugger since then. */
  public Situation debuggingSince(Instant since) {
    return new Situation(environment, report, now, since, taken);
  }

  /** The same beside environments with these ports. */
  public Situation beside(List<ExternalPort> ports) {
    return new Situation(environment, report, now, debuggingSince, List.copyOf(ports));
  }
}
