package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may delete a protected environment: nobody, but with its namespace it goes. */
class DeletionProtectionIT {
  private static final String PROTECTED =
      """
      apiVersion: godev.io/v1alpha1
      kind: GoDevEnvironment
      metadata: {name: kept}
      spec:
        mode: Suspended
        source: {module: {path: example.com/shop, version: v1.2.3}}
        deletionProtection: true
      """;

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-protection");

  @Test
  void itIsRefusedWithTheFieldAndTheRemedyUntilThatIsSetToFalse() {
    // Given
    assertThat(kubectl(cluster, PROTECTED, "apply", "-f", "-").code()).isZero();

    // When
    var refused = kubectl(cluster, "", "delete", "gde", "kept");
    var all = kubectl(cluster, "", "delete", "gde", "--all");

    // Then
    for (var deletion : new Kubectl[] {refused, all}) {
      assertThat(deletion.code()).isNotZero();
      assertThat(String.join(" ", deletion.err()))
          .contains("spec.deletionProtection: is true, so kept is not deleted; set it to false");
    }
    assertThat(cluster.environment("kept").get().isMarkedForDeletion()).isFalse();
    cluster.edit("kept", "{\"spec\":{\"deletionProtection\":false}}");
    assertThat(kubectl(cluster, "", "delete", "gde", "kept").code()).isZero();
  }

  @Test
  void aNamespaceThatIsDeletedTakesItAlong() {
    cluster.inNamespace(
        "e2e-protection-gone",
        own -> {
          // Given
          assertThat(kubectl(own, PROTECTED, "apply", "-f", "-").code()).isZero();

          // When
          own.client().namespaces().withName(own.namespace()).delete();

          // Then
          own.awaitThat(
              "the namespace is gone",
              Duration.ofSeconds(90),
              () -> assertThat(own.client().namespaces().withName(own.namespace()).get()).isNull());
        });
  }

  private static Kubectl kubectl(Cluster where, String input, String... arguments) {
    List<String> words = new ArrayList<>(List.of("-n", where.namespace()));
    words.addAll(List.of(arguments));
    return Kubectl.with(input, words.toArray(String[]::new));
  }
}
