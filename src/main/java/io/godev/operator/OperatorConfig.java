package io.godev.operator;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.util.regex.Pattern;

/** What whoever installs the operator may set; {@code docs/reference/configuration.md}. */
@ConfigMapping(prefix = "godev")
interface OperatorConfig {
  // https://github.com/distribution/reference: a registry, a path, a tag or a digest
  Pattern IMAGE =
      Pattern.compile(
          "[a-zA-Z0-9][a-zA-Z0-9._:/-]*(:[a-zA-Z0-9_][a-zA-Z0-9_.-]*)?(@[a-z0-9]+:[0-9a-f]+)?");

  /** Image that holds the runtime, {@code /godevd}; by default the one of the same release. */
  String runtimeImage();

  /** Image with the Go toolchain; {@code %s} stands for the release. */
  @WithDefault("golang:%s-bookworm")
  String goImage();

  /** How many environments are reconciled at once, from 1 to 64. */
  @WithDefault("4")
  int reconcilerThreads();

  /**
   * Whether the operator works only while it holds the Lease {@code godev-operator} in its
   * namespace; without, two operators would answer each other's writes.
   */
  @WithDefault("true")
  @WithConverter(TrueOrFalse.class)
  boolean leaderElection();

  /** Whether log lines are JSON objects, for log collectors. */
  @WithDefault("false")
  @WithConverter(TrueOrFalse.class)
  boolean logJson();

  /**
   * The configuration, if every value can be used.
   *
   * @throws IllegalArgumentException naming the environment variable and what it may be
   */
  static OperatorConfig checked(OperatorConfig config) {
    require(
        config.reconcilerThreads() >= 1 && config.reconcilerThreads() <= 64,
        "GODEV_RECONCILER_THREADS must be from 1 to 64, and is " + config.reconcilerThreads());
    require(
        IMAGE.matcher(config.runtimeImage()).matches(),
        "GODEV_RUNTIME_IMAGE must be the name of an image, and is " + config.runtimeImage());
    require(
        IMAGE.matcher(config.goImage().replaceFirst("%s", "1.26")).matches(),
        "GODEV_GO_IMAGE must be the name of an image, with %s for the release if it depends on it,"
            + " and is "
            + config.goImage());
    return config;
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
