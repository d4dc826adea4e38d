package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.godev.plan.Attempts;
import io.godev.plan.Attempts.Attempt;
import io.godev.plan.Attempts.Stop;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Pod Security forbids reaches no pod, whether the namespace enforces it or not: the table in
 * src/test/resources/podsecurity, against the real API server and by the real operator.
 */
class PodSecurityIT {
  @RegisterExtension static final Cluster cluster = new Cluster("e2e-pod-security");

  @ParameterizedTest
  @ValueSource(strings = {"restricted", "privileged"})
  void noAttemptReachesAPod(String level) {
    cluster.inNamespace(
        "e2e-pod-security-" + level,
        own -> {
          // Given
          own.client()
              .namespaces()
              .withName(own.namespace())
              .patch(
                  PatchContext.of(PatchType.JSON_MERGE),
                  "{\"metadata\":{\"labels\":{\"pod-security.kubernetes.io/enforce\":\"%s\"}}}"
                      .formatted(level));
          awaitLevel(own, level);

          // Then
          Attempts.all().forEach(attempt -> isStopped(own, attempt));

          // When: all at once, by a client that does not ask what became of it
          post(own, named(Attempts.everythingThatIsDropped(), "dropped"), "fieldValidation=Ignore");
          post(
              own,
              named(Attempts.everythingThatIsAccepted(), "accepted"),
              "fieldValidation=Strict");

          // Then
          for (var name : List.of("dropped", "accepted")) {
            var pod = own.pod(name).waitUntilCondition(Objects::nonNull, 1, TimeUnit.MINUTES);
            assertThat(refusal(pod)).describedAs(name).isNull();
          }
        });
  }

  private static void isStopped(Cluster own, Attempt attempt) {
    var strict =
        catchThrowableOfType(
            KubernetesClientException.class,
            () -> post(own, attempt.environment(), "fieldValidation=Strict&dryRun=All"));
    var lenient =
        catchThrowableOfType(
            KubernetesClientException.class,
            () -> post(own, attempt.environment(), "fieldValidation=Ignore&dryRun=All"));
    assertThat(strict == null)
        .describedAs("%s: %s", attempt, strict)
        .isEqualTo(isAccepted(attempt));
    assertThat(lenient == null)
        .describedAs("%s: %s", attempt, lenient)
        .isEqualTo(attempt.stopped() != Stop.value);
    if (attempt.stopped() == Stop.field) {
      assertThat(strict).hasMessageContaining("unknown field");
    }
  }

  private static boolean isAccepted(Attempt attempt) {
    return attempt.stopped() == Stop.pod;
  }

  // what the admission of a namespace that enforces restricted says of the pod as it is
  private static String refusal(Pod made) {
    var same =
        new PodBuilder()
            .withNewMetadata()
            .withName("same")
            .withAnnotations(made.getMetadata().getAnnotations())
            .endMetadata()
            .withSpec(
                new PodBuilder(made).editSpec().withNodeName(null).endSpec().build().getSpec())
            .build();
    try {
      cluster.client().resource(same).inNamespace(cluster.namespace()).dryRun(true).create();
      return null;
    } catch (KubernetesClientException e) {
      return e.getMessage();
    }
  }

  // a label that was just changed is not heard of at once
  private static void awaitLevel(Cluster own, String level) {
    var host =
        new PodBuilder()
            .withNewMetadata()
            .withName("host")
            .endMetadata()
            .withNewSpec()
            .withHostNetwork(true)
            .addNewContainer()
            .withName("only")
            .withImage("none")
            .endContainer()
            .endSpec()
            .build();
    own.awaitThat(
        "the level is " + level,
        Duration.ofSeconds(20),
        () -> {
          var refusal =
              catchThrowableOfType(
                  KubernetesClientException.class,
                  () ->
                      own.client()
                          .resource(host)
                          .inNamespace(own.namespace())
                          .dryRun(true)
                          .create());
          assertThat(refusal == null).isEqualTo(level.equals("privileged"));
        });
  }

  private static ObjectNode named(ObjectNode environment, String name) {
    environment.withObject("/metadata").put("name", name);
    // what is started is of no interest, and takes its time
    environment.withObject("/spec/go").put("image", "none.example/none:1");
    return environment;
  }

  private static String post(Cluster own, ObjectNode environment, String parameters) {
    environment.withObject("/metadata").remove("namespace");
    return own.client()
        .raw(
            "/apis/godev.io/v1alpha1/namespaces/%s/godevenvironments?%s"
                .formatted(own.namespace(), parameters),
            "POST",
            environment.toString());
  }
}
