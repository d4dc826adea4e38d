package io.godev.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import org.junit.jupiter.api.Test;

class LaterDefinitionsTest {

  @Test
  void anEnvironmentWithAFieldOfALaterReleaseIsRead() {
    // Given
    var mapper = new ObjectMapper();
    var serialization = new KubernetesSerialization(mapper, false);

    // When
    new LaterDefinitions().customize(mapper);

    // Then
    var environment =
        serialization.unmarshal(
            """
            apiVersion: godev.io/v1alpha1
            kind: GoDevEnvironment
            metadata: {name: shop}
            spec: {mode: Suspended, later: {is: true}, run: {package: ./cmd/shop, later: 1}}
            """,
            GoDevEnvironment.class);
    assertThat(environment.getSpec().run().mainPackage()).isEqualTo("./cmd/shop");
  }
}
