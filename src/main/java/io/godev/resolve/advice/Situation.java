package io.godev.resolve.advice;

import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.resolve.ResolvedEnvironment;
import java.time.Instant;

/**
 * What the rules look at.
 *
 * @param report what the runtime reported last, or null
 * @param debuggingSince since when the program runs under a debugger, or null
 */
public record Situation(
    ResolvedEnvironment environment, RuntimeReport report, Instant now, Instant debuggingSince) {

  /** An environment that runs nowhere yet. */
  public static Situation of(ResolvedEnvironment environment, Instant now) {
    return new Situation(environment, null, now, null);
  }
}
