package io.godev.reconcile;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus;

/** Is told of every status the reconciler is about to write. */
@FunctionalInterface
public interface Reports {

  /**
   * Takes note of a change of status.
   *
   * @param before null for a new environment
   */
  void written(GoDevEnvironmentStatus before, GoDevEnvironmentStatus after);
}
