package io.godev.operator;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Ready while every watch is up: an operator that sees nothing must not look well. */
@org.eclipse.microprofile.health.Readiness
@Singleton
class Readiness implements HealthCheck {
  private final OperatorProcess process;

  Readiness(OperatorProcess process) {
    this.process = process;
  }

  @Override
  public HealthCheckResponse call() {
    var info = process.info();
    var unhealthy = info.isStarted() ? info.unhealthyEventSources() : java.util.Map.of();
    return HealthCheckResponse.named("watches")
        .status(info.isStarted() && unhealthy.isEmpty())
        .withData("unhealthy", unhealthy.keySet().toString())
        .build();
  }
}
