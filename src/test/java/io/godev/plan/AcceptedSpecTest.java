package io.godev.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptedSpecTest {
  private static final String FILES =
      "source: {files: {go.mod: 'module m', cmd/a/main.go: 'package main', cmd/b/main.go: x}}";

  static List<String> specs() {
    return List.of(
        "",
        FILES,
        "source: {claim: {name: code}}",
        """
        mode: Suspended
        go: {version: "1.26", flags: [-tags=a], env: [{name: CGO_ENABLED, value: ""}]}
        run:
          args: [-v]
          env:
          - {name: A, value: "ü\u2028"}
          - {name: B, valueFrom: {secretKeyRef: {name: s, key: k}}}
          ports: [{name: http, containerPort: 8080}]
          readiness: {httpGet: {path: /, port: http}}
        resources: {requests: {cpu: 0.5, memory: 1024Mi}, limits: {cpu: "2"}}
        securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}
        storage: {cache: {size: 5000Mi}, onDelete: Delete}
        proxy: {https: "http://proxy:3128", noProxy: [a], caBundle: {name: ca}}
        """);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void whatTheUserWroteComesBackFromTheObjectsAsItWas(String spec) {
    // Given
    var plan = Environments.plan(spec);

    // When
    var kept = read(plan, stored(plan));

    // Then
    assertThat(kept).contains(plan.environment().written());
  }

  @ParameterizedTest
  @MethodSource("specs")
  void theSameIsPlannedOfWhatCameBack(String spec) {
    // Given
    var plan = Environments.plan(spec);
    var environment = Environments.environment(spec);

    // When
    environment.setSpec(read(plan, stored(plan)).orElseThrow());

    // Then
    assertThat(Environments.plan(environment)).isEqualTo(plan);
  }

  @Test
  void whatTheFilesHoldIsNotKeptTwice() {
    // When
    var annotation = annotation(Environments.plan(FILES));

    // Then
    assertThat(annotation).contains("cmd/a/main.go").doesNotContain("package main");
  }

  @Test
  void noDefaultIsKeptThatALaterOperatorMayChange() {
    // When
    var annotation = annotation(Environments.plan(""));

    // Then
    assertThat(annotation)
        .isEqualTo(
            "{\"source\":{\"module\":{\"path\":\"example.com/shop\",\"version\":\"v1.2.3\"}}}");
  }

  @Test
  void aSpecThatIsTooLargeForAnAnnotationIsNotKept() {
    // Given
    var argument = "x".repeat(4096);
    var plan = Environments.plan("run: {args: [" + (argument + ",").repeat(60) + "]}");

    // Then
    assertThat(annotation(plan)).isEmpty();
    assertThat(read(plan, stored(plan))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "{}",
        "{\"source\":{}}",
        "{\"source\":{\"module\":{\"path\":\"example.com/evil\",\"version\":\"v1.2.3\"}}}",
        "{\"ofALaterVersion\":1,\"source\":{\"module\":{\"path\":\"example.com/shop\",\"version\":\"v1.2.3\"}}}",
      })
  void whatSomebodyElseWroteThereIsNotTaken(String annotation) {
    // Given
    var plan = Environments.plan("");
    var objects = stored(plan);
    policy(objects).getMetadata().getAnnotations().put(AcceptedSpec.ANNOTATION, annotation);

    // Then
    assertThat(read(plan, objects)).isEmpty();
  }

  @Test
  void filesThatSomebodyChangedAreNotTaken() {
    // Given
    var plan = Environments.plan(FILES);
    var changed = stored(plan);
    files(changed).getData().replaceAll((key, content) -> content + "!");
    var incomplete = stored(plan);
    files(incomplete).setData(null);
    var gone = stored(plan).stream().filter(object -> !(object instanceof ConfigMap)).toList();

    // Then
    assertThat(read(plan, changed)).isEmpty();
    assertThat(read(plan, incomplete)).isEmpty();
    assertThat(read(plan, gone)).isEmpty();
  }

  @Test
  void whatWasKeptForAnEarlierEnvironmentOfTheNameIsNotTaken() {
    // Given
    var plan = Environments.plan("");
    var hash = AcceptedSpec.hash("an-earlier-one", plan.environment().written());

    // Then
    assertThat(AcceptedSpec.read("shop", "the-uid", hash, stored(plan))).isEmpty();
  }

  private static Optional<GoDevEnvironmentSpec> read(
      EnvironmentPlan plan, List<HasMetadata> objects) {
    var hash = AcceptedSpec.hash("the-uid", plan.environment().written());
    return AcceptedSpec.read("shop", "the-uid", hash, objects);
  }

  private static List<HasMetadata> stored(EnvironmentPlan plan) {
    return plan.objects().stream().map(Serialization::clone).toList();
  }

  private static String annotation(EnvironmentPlan plan) {
    return policy(plan.objects()).getMetadata().getAnnotations().get(AcceptedSpec.ANNOTATION);
  }

  private static NetworkPolicy policy(List<HasMetadata> objects) {
    return only(NetworkPolicy.class, objects);
  }

  private static ConfigMap files(List<HasMetadata> objects) {
    return only(ConfigMap.class, objects);
  }

  private static <T extends HasMetadata> T only(Class<T> kind, List<HasMetadata> objects) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).findFirst().orElseThrow();
  }
}
