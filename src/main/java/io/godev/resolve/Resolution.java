package io.godev.resolve;

import java.util.List;

/**
 * What became of a spec: it is complete and valid, or it is rejected with everything wrong in it.
 */
public sealed interface Resolution {

  /** The spec is valid; every default is filled in. */
  record Resolved(ResolvedEnvironment environment) implements Resolution {}

  /** The spec is not valid; there is at least one violation. */
  record Rejected(List<Violation> violations) implements Resolution {}
}
