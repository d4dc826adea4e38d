package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.api.v1alpha1.Source;
import java.util.Optional;

/** The limit is above what there is. */
final class MoreMemoryThanTheNode implements AdviceRule {
  @Override
  public About about() {
    return new About(
        Trap.Platform,
        Severity.Warning,
        "spec.resources.limits.memory",
        "is more than the node has, so that the node runs out of memory before the program meets its limit",
        "lower it, or give the node more: in .wslconfig, [wsl2] memory=, followed by \"wsl --shutdown\", for WSL2; in"
            + " Docker Desktop's settings under Resources elsewhere",
        "WSL2 and the machine of Docker Desktop have half of the computer's memory by default.");
  }

  @Override
  public Optional<Advice> check(Situation situation) {
    var limit = situation.environment().spec().resources().limits().memory();
    var platform = situation.environment().platform();
    // 0 where no node says what it has
    var there = platform.memory();
    if (there.getNumericalAmount().signum() == 0 || limit.compareTo(there) <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        advice(
            platform.host() == Source.Host.WindowsWSL2
                ? "the largest node, on WSL2, has " + there
                : "the largest node has " + there));
  }
}
