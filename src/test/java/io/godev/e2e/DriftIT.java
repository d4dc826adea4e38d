package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What others do to an environment's objects; each test goes on from the one before. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DriftIT {
  private static final Duration SOON = Duration.ofSeconds(5);

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-drift");

  private static String pod;

  @Test
  @Order(1)
  void whatIsDeletedIsMadeAgain() {
    // Given
    cluster.create(cluster.warm(cluster.sample("hello-files.yaml")));
    cluster.await("hello", Ready, True);
    pod = cluster.pod("hello").get().getMetadata().getUid();

    for (var resource :
        new Resource<?>[] {
          resource(Service.class, "hello"),
          resource(NetworkPolicy.class, "hello"),
          resource(ConfigMap.class, "hello-files")
        }) {
      // When
      resource.delete();

      // Then
      cluster.awaitThat(
          "it is there again", SOON, () -> assertThat((Object) resource.get()).isNotNull());
    }
  }

  @Test
  @Order(2)
  void whatIsEditedIsRepairedAndWhatIsAddedIsKept() {
    // When
    patch(
        resource(Service.class, "hello"),
        "{\"metadata\":{\"labels\":{\"theirs\":\"kept\"}},\"spec\":{\"selector\":{\"godev.io/environment\":\"other\"}}}");
    patch(resource(NetworkPolicy.class, "hello"), "{\"spec\":{\"ingress\":[{}]}}");
    patch(resource(ConfigMap.class, "hello-files"), "{\"data\":{\"intruder\":\"x\"}}");

    // Then
    cluster.awaitThat(
        "all three are repaired",
        SOON,
        () -> {
          var service = resource(Service.class, "hello").get();
          assertThat(service.getSpec().getSelector())
              .containsEntry("godev.io/environment", "hello");
          assertThat(service.getMetadata().getLabels()).containsEntry("theirs", "kept");
          assertThat(resource(NetworkPolicy.class, "hello").get().getSpec().getIngress())
              .singleElement()
              .satisfies(rule -> assertThat(rule.getPorts()).hasSize(1));
          assertThat(resource(ConfigMap.class, "hello-files").get().getData())
              .doesNotContainKey("intruder");
        });
    assertThat(cluster.pod("hello").get().getMetadata().getUid()).isEqualTo(pod);
  }

  @Test
  @Order(3)
  void anEnvironmentThatIsDeletedWithItsObjectsFirstAndMadeAgainTakesItsVolumesBack() {
    // Given
    cluster.exec("hello", "touch", "/workspace/mine");

    // When
    cluster.environment("hello").withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
    cluster.environment("hello").waitUntilCondition(gone -> gone == null, 60, TimeUnit.SECONDS);
    cluster.create(cluster.warm(cluster.sample("hello-files.yaml")));

    // Then
    cluster.await("hello", Ready, True);
    assertThat(cluster.pod("hello").get().getMetadata().getUid()).isNotEqualTo(pod);
    assertThat(cluster.exec("hello", "ls", "/workspace")).contains("mine");
  }

  private static <T extends HasMetadata> Resource<T> resource(Class<T> kind, String name) {
    return cluster.client().resources(kind).inNamespace(cluster.namespace()).withName(name);
  }

  private static void patch(Resource<?> resource, String mergePatch) {
    resource.patch(PatchContext.of(PatchType.JSON_MERGE), mergePatch);
  }
}
