package io.godev.operator;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready while every watch is up: an operator that sees nothing must not look well. A replica that
 * waits for the lease is ready to take over.
 */
@Readiness
@Singleton
class ReadinessCheck implements HealthCheck {
  private final OperatorProcess process;

  ReadinessCheck(OperatorProcess process) {
    this.process = process;
  }

  @Override
  public HealthCheckResponse call() {
    var response = HealthCheckResponse.named("watches");
    if (process.isStandby()) {
      return response.up().withData("role", "standby").build();
    }
    var info = process.info();
    var started = info.isStarted();
    return response
        .status(started && info.allEventSourcesAreHealthy())
        .withData("role", "leader")
        .withData("unhealthy", started ? info.unhealthyEventSources().toString() : "not started")
        .build();
  }
}
