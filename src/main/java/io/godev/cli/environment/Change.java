package io.godev.cli.environment;

import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec.Mode;
import io.godev.cli.common.Failure;
import io.godev.resolve.Lifecycle;
import io.godev.resolve.ResolvedEnvironment;
import java.time.Instant;

/** Changes of an environment that this command makes, each one merge patch. */
public final class Change {
  private Change() {}

  /** Has the pod removed, or made again. */
  public static void mode(Resource<GoDevEnvironment> environment, Mode mode) {
    patch(environment, "{\"spec\":{\"mode\":\"%s\"}}".formatted(mode));
  }

  /** Has the pod replaced once. */
  static void restart(Resource<GoDevEnvironment> environment, Instant now) {
    annotate(environment, ResolvedEnvironment.RESTART_ANNOTATION, "\"" + now + "\"");
  }

  /** Sets an annotation to a JSON value; null removes it. */
  public static void annotate(
      Resource<GoDevEnvironment> environment, String annotation, String value) {
    patch(environment, "{\"metadata\":{\"annotations\":{\"%s\":%s}}}".formatted(annotation, value));
  }

  private static void patch(Resource<GoDevEnvironment> environment, String patch) {
    environment.patch(
        new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager("godev")
            .build(),
        patch);
  }

  /** Has one that nobody worked in started again; its spec stays as it is. */
  public static void resume(Resource<GoDevEnvironment> environment, Instant now) {
    annotate(environment, Lifecycle.RESUME_ANNOTATION, "\"" + now + "\"");
  }

  static boolean isSuspended(GoDevEnvironment environment) {
    return environment.getSpec().mode() == Mode.Suspended;
  }

  /**
   * Whether it has no pod, or is about to lose it, because nobody worked in it.
   *
   * @throws Failure if that is because its time is over, which only its spec can change
   */
  public static boolean isIdle(GoDevEnvironment environment) {
    var activity = environment.getStatus() == null ? null : environment.getStatus().activity();
    if (activity == null || activity.suspendedAt() == null) {
      return false;
    }
    if (activity.suspendedAt().equals(activity.expiresAt())) {
      throw new Failure(
          "the time of %s was over at %s: raise spec.expiry.afterHours, or set a later spec.expiry.at."
              .formatted(environment.getMetadata().getName(), activity.expiresAt()));
    }
    return true;
  }
}
