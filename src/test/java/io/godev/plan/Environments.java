package io.godev.plan;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.cluster.Platform;
import io.godev.resolve.PlatformDefaults;
import io.godev.resolve.Resolution;
import io.godev.resolve.ResolvedEnvironment;
import io.godev.resolve.Resolver;
import io.godev.resolve.profile.Choice;
import java.util.List;

/** Environments of tests, written as a user writes them. */
public final class Environments {
  public static final String REPORT_URL = "https://godev-operator.godev-system.svc:8443/v1/report";

  /** In place of certificates. */
  public static final String AUTHORITY = "the authority";

  public static final PlatformDefaults DEFAULTS =
      new PlatformDefaults(
          "registry.example/godev-runtime:1",
          "golang:%s-bookworm",
          REPORT_URL,
          List.of("/srv/folders", "/run/desktop/mnt/host"));

  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  private Environments() {}

  /**
   * An environment named shop; the spec is YAML, and a module is its source where it names none.
   */
  public static GoDevEnvironment environment(String spec) {
    return YAML.unmarshal(yaml(spec), GoDevEnvironment.class);
  }

  /** The same as it is written in a file. */
  public static String yaml(String spec) {
    var source =
        spec.contains("source:")
            ? ""
            : "  source: {module: {path: example.com/shop, version: v1.2.3}}\n";
    return """
    apiVersion: godev.io/v1alpha1
    kind: GoDevEnvironment
    metadata: {name: shop, namespace: team, uid: the-uid, generation: 1}
    spec:
    """
        + source
        + spec.indent(2);
  }

  public static ResolvedEnvironment resolved(GoDevEnvironment environment) {
    return resolved(environment, Platform.UNKNOWN);
  }

  // whichever it names runs as another user
  private static Choice profile(String namespace, GoDevEnvironmentSpec written) {
    return written.profile() == null
        ? new Choice.None()
        : new Choice.Chosen(
            new KubernetesSerialization()
                .unmarshal(
                    "metadata: {name: %s}\nspec: {defaults: {securityContext: {runAsUser: 2000}}}"
                        .formatted(written.profile()),
                    GoDevProfile.class));
  }

  /** The environment on another platform. */
  public static ResolvedEnvironment resolved(GoDevEnvironment environment, Platform platform) {
    return ((Resolution.Resolved)
            new Resolver(DEFAULTS, () -> platform, Environments::profile).resolve(environment))
        .environment();
  }

  public static EnvironmentPlan plan(String spec) {
    return plan(environment(spec));
  }

  public static EnvironmentPlan plan(GoDevEnvironment environment) {
    return new Planner(DEFAULTS, () -> Environments.AUTHORITY).plan(resolved(environment));
  }
}
