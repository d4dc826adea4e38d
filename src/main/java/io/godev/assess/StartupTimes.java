package io.godev.assess;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Startup;
import io.godev.plan.EnvironmentPod;
import java.time.Duration;
import java.time.Instant;

/**
 * How long each phase of the pod's start took.
 *
 * <p>The runtime measures its own phases in milliseconds; the rest is from the pod's time stamps,
 * which are whole seconds.
 */
final class StartupTimes {
  private StartupTimes() {}

  /** The times of the pod; those already complete stay, because a later outage is not a start. */
  static Startup of(Pod pod, PodSteps steps, Startup previous) {
    var created = pod.getMetadata().getCreationTimestamp();
    if (previous != null && created.equals(previous.startedAt()) && previous.total() != null) {
      return previous;
    }
    var start = Instant.parse(created);
    var scheduled = since(steps.condition("PodScheduled").orElse(null));
    var runtime = succeeded(steps, EnvironmentPod.RUNTIME);
    var source = succeeded(steps, EnvironmentPod.SOURCE);
    var ready = since(steps.condition("Ready").orElse(null));
    var program =
        steps.of(EnvironmentPod.DEV) instanceof Step.Running running ? running.since() : null;
    var pulled =
        runtime == null || source == null
            ? null
            : plus(
                seconds(scheduled, runtime.started()),
                seconds(runtime.finished(), source.started()));
    return new Startup(
        created,
        seconds(start, scheduled),
        pulled,
        seconds(source),
        seconds(succeeded(steps, EnvironmentPod.MODULES)),
        seconds(succeeded(steps, EnvironmentPod.BUILD)),
        program == null ? null : seconds(program, ready),
        program == null ? null : seconds(start, ready));
  }

  private static Step.Succeeded succeeded(PodSteps steps, String container) {
    return steps.of(container) instanceof Step.Succeeded succeeded ? succeeded : null;
  }

  private static Instant since(PodCondition condition) {
    return condition != null
            && "True".equals(condition.getStatus())
            && condition.getLastTransitionTime() != null
        ? Instant.parse(condition.getLastTransitionTime())
        : null;
  }

  private static Double seconds(Step.Succeeded step) {
    if (step == null) {
      return null;
    }
    return step.message().seconds() == null
        ? seconds(step.started(), step.finished())
        : step.message().seconds();
  }

  private static Double seconds(Instant from, Instant to) {
    return from == null || to == null ? null : Duration.between(from, to).toMillis() / 1000.0;
  }

  private static Double plus(Double one, Double other) {
    return one == null || other == null ? null : Double.valueOf(one + other);
  }
}
