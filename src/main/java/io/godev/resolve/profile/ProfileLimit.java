package io.godev.resolve.profile;

import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevProfileSpec.LimitPolicy;
import io.godev.api.v1alpha1.Limits;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A bound that a profile sets on what environments ask for.
 *
 * <p>It is written twice, in Java for the completed spec and in CEL for the spec as it was written,
 * so that the API server refuses what the operator would refuse; a test holds both in agreement.
 */
public interface ProfileLimit {

  /** Its member of {@code spec.limits}. */
  String name();

  /** What is done about a wish beyond it; empty where the profile does not set it. */
  Optional<LimitPolicy> policy(Limits limits);

  /**
   * What of the spec is outside; only where the profile sets the limit.
   *
   * @param written as the user wrote it, by which it is known what was asked for
   * @param spec complete
   */
  Stream<Excess> excess(GoDevEnvironmentSpec written, GoDevEnvironmentSpec spec, Limits limits);

  /**
   * Whether a written spec asks for more, as a CEL expression over {@code object} and {@code
   * LIMIT}, for which this limit's member of the profile is put in, in what Kubernetes 1.33 knows
   * of CEL.
   */
  String outside();

  /** What is said where it does, as a CEL expression over the same, which gives a string. */
  String message();

  /**
   * Whether a pod has more, as a CEL expression over {@code object}, a Pod, and {@code LIMIT};
   * empty where a pod does not show it.
   */
  default Optional<String> outsideInPod() {
    return Optional.empty();
  }

  /** The policy where the profile says none. */
  static LimitPolicy or(LimitPolicy policy) {
    return policy == null ? LimitPolicy.Reject : policy;
  }
}
