package io.godev.resolve.advice;

import io.godev.resolve.ResolvedEnvironment;
import java.util.Optional;

/**
 * A rule that looks at the spec alone, so that the API server can say the same at admission.
 *
 * <p>It is written twice, in Java for the completed spec and in CEL for the spec as it was written;
 * a test holds both in agreement.
 */
public interface SpecRule extends AdviceRule {

  /** Whether it speaks of this environment. */
  boolean speaks(ResolvedEnvironment environment);

  /**
   * The same as a CEL expression over {@code object}, in what Kubernetes 1.33 knows of CEL; true
   * where the rule speaks.
   */
  String expression();

  /**
   * What the API server says where it is true: as godev lint, and with the rule's name at the end.
   */
  default String warning() {
    return advice() + " [" + name() + "]";
  }

  @Override
  default boolean needsTheCluster() {
    return false;
  }

  @Override
  default Optional<Advice> check(Situation situation) {
    return speaks(situation.environment()) ? Optional.of(advice()) : Optional.empty();
  }
}
