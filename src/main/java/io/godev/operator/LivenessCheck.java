package io.godev.operator;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Alive while every environment's spec is taken up and the lease is asked for; the kubelet restarts
 * an operator that is stuck.
 */
@Liveness
@Singleton
class LivenessCheck implements HealthCheck {
  private final OperatorProcess process;

  LivenessCheck(OperatorProcess process) {
    this.process = process;
  }

  @Override
  public HealthCheckResponse call() {
    var stuck = process.stuck();
    return HealthCheckResponse.named("environments")
        .status(stuck.isEmpty() && process.isElecting())
        .withData("stuck", String.join(", ", stuck))
        .withData("electing", process.isElecting())
        .build();
  }
}
