package io.godev.generated;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Admission policies come from the rules that the operator goes by; {@code make generate} writes
 * them.
 */
class GeneratedPoliciesTest {

  @Test
  void thePoliciesOfProfilesAreMadeFromTheLimits() throws IOException {
    Committed.is(Path.of("deploy/manifests/profiles.yaml"), ProfilePolicies.yaml());
  }
}
