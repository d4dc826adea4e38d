package io.godev.cli.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.common.Failure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(https = false, crud = true)
class DeletionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  KubernetesClient client;

  @Test
  void whatNothingHoldsIsGone() {
    // Given
    var environment = client.resource(Shop.environment("", "")).create();

    // When
    Deletion.of(shop(), environment, PATIENCE);

    // Then
    assertThat(shop().get()).isNull();
  }

  @Test
  void whatAFinalizerHoldsIsToldWithIt() {
    // Given
    var held = Shop.environment("", "");
    held.addFinalizer("example.com/billing");
    var environment = client.resource(held).create();

    // Then
    assertThatThrownBy(() -> Deletion.of(shop(), environment, PATIENCE))
        .isInstanceOf(Failure.class)
        .hasMessageStartingWith(
            "shop is deleted, and still there after 1 s: metadata.finalizers holds it for example.com/billing.")
        .hasMessageEndingWith("kubectl get godevenvironment shop -n team -o yaml.");
  }

  private Resource<GoDevEnvironment> shop() {
    return client.resources(GoDevEnvironment.class).inNamespace("team").withName("shop");
  }
}
