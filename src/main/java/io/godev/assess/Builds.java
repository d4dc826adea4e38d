package io.godev.assess;

import io.godev.api.v1alpha1.Condition.Status;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Build;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.BuildResult;
import io.godev.plan.EnvironmentPod;
import java.time.Instant;

/** The last build that the pod tells of. */
final class Builds {
  private Builds() {}

  /** The build, or the previous one where the pod has not come that far. */
  static Build of(PodSteps steps, Reported reported, Finding built, Build previous) {
    var latest = reported.build();
    if (latest.isPresent()) {
      return latest.get();
    }
    if (reported.isBuilding()) {
      return previous;
    }
    if (built.isTrue() && steps.of(EnvironmentPod.BUILD) instanceof Step.Succeeded succeeded) {
      return build(BuildResult.Succeeded, succeeded.finished(), succeeded.message());
    }
    if (built.isTrue() && steps.of(EnvironmentPod.BUILD) instanceof Step.Failed failed) {
      return mended(failed, built.since(), previous);
    }
    if (built.status() == Status.False) {
      for (var container : new String[] {EnvironmentPod.BUILD, EnvironmentPod.DEV}) {
        if (steps.of(container) instanceof Step.Failed failed) {
          return build(BuildResult.Failed, failed.at(), failed.details());
        }
      }
    }
    return previous;
  }

  // of the build that mended it nothing is known but that it was
  private static Build mended(Step.Failed failed, Instant at, Build previous) {
    return previous != null
            && previous.result() == BuildResult.Succeeded
            && Instant.parse(previous.time()).isAfter(failed.at())
        ? previous
        : new Build(
            BuildResult.Succeeded,
            at.toString(),
            null,
            failed.details().mainPackage(),
            null,
            null,
            null);
  }

  private static Build build(BuildResult result, Instant at, TerminationMessage message) {
    return new Build(
        result,
        at.toString(),
        message.seconds(),
        message.mainPackage(),
        message.file(),
        message.line(),
        message.error());
  }
}
