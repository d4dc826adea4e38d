package io.godev.operator;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while every watch is up: an operator that sees nothing must not look well. */
@Readiness
@Singleton
class ReadinessCheck implements HealthCheck {
  private final OperatorProcess process;

  ReadinessCheck(OperatorProcess process) {
    this.process = process;
  }

  @Override
  public HealthCheckResponse call() {
    var info = process.info();
    var started = info.isStarted();
    return HealthCheckResponse.named("watches")
        .status(started && info.allEventSourcesAreHealthy())
        .withData("unhealthy", started ? info.unhealthyEventSources().toString() : "not started")
        .build();
  }
}
