package io.godev.cli.environment;

import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec.Mode;
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

  static boolean isSuspended(GoDevEnvironment environment) {
    return environment.getSpec().mode() == Mode.Suspended;
  }
}
