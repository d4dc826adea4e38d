package io.godev.operator;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What whoever installs the operator may set, as a property or an environment variable. */
@ConfigMapping(prefix = "godev")
interface OperatorConfig {

  /** Image that holds the runtime, {@code /godevd} (GODEV_RUNTIME_IMAGE). */
  String runtimeImage();

  /** Image with the Go toolchain; %s stands for the release (GODEV_GO_IMAGE). */
  @WithDefault("golang:%s-bookworm")
  String goImage();

  /** How many environments are reconciled at once, 1 to 64 (GODEV_RECONCILER_THREADS). */
  @WithDefault("4")
  int reconcilerThreads();
}
