package io.godev.resolve;

import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import java.util.stream.Stream;

/** Something a complete spec must not contradict and that the CRD's own rules cannot say. */
@FunctionalInterface
interface Rule {
  Stream<Violation> check(GoDevEnvironmentSpec spec);
}
