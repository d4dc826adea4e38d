package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBindingBuilder;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Advice;
import io.godev.cli.Ran;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Advice as kubectl shows it, of the admission policy that was installed with the operator. */
class WarningsIT {
  private static final String POLICY = "advice.godev.io";
  private static final String PREFIX =
      "Warning: Validation failed for ValidatingAdmissionPolicy 'advice.godev.io' with binding"
          + " 'advice.godev.io': ";

  private static final String TRAPPED =
      """
      apiVersion: godev.io/v1alpha1
      kind: GoDevEnvironment
      metadata:
        name: trapped
      spec:
        mode: Suspended
        source:
          module: {path: example.com/shop, version: v1.2.3}
        go:
          image: golang
          modules: {sumDatabase: "off"}
        resources:
          limits: {memory: 256Mi}
        storage:
          cache: {size: 512Mi}
      """;

  private static final String MANY_TRAPS =
      """
      apiVersion: godev.io/v1alpha1
      kind: GoDevEnvironment
      metadata:
        name: everything
      spec:
        source:
          git:
            url: https://git.example.com/shop.git
            ref: 0123456789abcdef0123456789abcdef01234567
            follow: {everySeconds: 60}
        go:
          image: team/go-alpine
          modules: {sumDatabase: "off", private: [git.example.com], lock: Update}
          env:
          - {name: CGO_ENABLED, value: "1"}
          - {name: GOARCH, value: arm64}
          - {name: GOINSECURE, value: git.example.com}
        reload: {watch: Poll}
        resources:
          limits: {memory: 256Mi}
        storage:
          cache: {size: 512Mi}
      """;

  private static final String CLEAN =
      """
      apiVersion: godev.io/v1alpha1
      kind: GoDevEnvironment
      metadata:
        name: clean
      spec:
        mode: Suspended
        source:
          module: {path: example.com/shop, version: v1.2.3}
        go:
          image: golang:1.26-bookworm
          modules: {private: [git.example.com]}
        run:
          # a whole number, however it is written
          ports: [{name: http, containerPort: 8.08e3, port: 80.0}]
        resources:
          limits: {cpu: 2.0, memory: 1Gi}
        storage:
          cache: {size: 1Gi}
      """;

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-warnings");

  @BeforeAll
  static void theApiServerHasTakenThePolicyUp() {
    cluster.awaitThat(
        "the policy of deploy/manifests is in force",
        Duration.ofSeconds(20),
        () -> assertThat(apply(TRAPPED, "--dry-run=server").err()).isNotEmpty());
  }

  @Test
  void eachTrapIsALineThatNamesItsFieldAndWhatToDo() {
    // When
    var applied = apply(TRAPPED);

    // Then
    applied.err().forEach(System.out::println);
    assertThat(applied.err())
        .containsExactly(
            PREFIX
                + "spec.go.modules.sumDatabase: is off for public modules too, so that whatever a proxy hands"
                + " out first is taken for the module; remove it, and name the modules that are not public in"
                + " spec.go.modules.private; behind a proxy that mirrors a checksum database, write the"
                + " database's name and the mirror's URL [ChecksumDatabaseOff]",
            PREFIX
                + "spec.go.image: has no tag, or latest, which is another image on another day and on another"
                + " machine; name a release or a digest, such as golang:1.26.7-bookworm, and give an image of"
                + " your own a new tag with each build [FloatingImage]",
            PREFIX
                + "spec.resources.limits.memory: is under 512Mi, with which a build may take minutes, or be"
                + " ended for its memory; set at least 512Mi, better 1Gi, the default [LittleMemory]",
            PREFIX
                + "spec.storage.cache.size: is under 1Gi, which the modules and build results of one program"
                + " may fill; set at least 2Gi; a volume can grow while the environment is there [SmallCache]");
    assertThat(applied.out()).contains("trapped created");
    assertThat(applied.code()).isZero();

    // Then: the operator says the same in the status
    assertThat(
            cluster
                .awaitEnvironment(
                    "trapped",
                    Cluster.PATIENCE,
                    environment ->
                        environment.getStatus() != null && environment.getStatus().advice() != null)
                .getStatus()
                .advice())
        .extracting(WarningsIT::line)
        .isEqualTo(applied.err());

    // When
    var labelled = kubectl("label", "godevenvironment", "trapped", "team=checkout", "--overwrite");
    var edited =
        kubectl(
            "patch",
            "godevenvironment",
            "trapped",
            "--type=merge",
            "-p",
            "{\"spec\":{\"go\":{\"image\":\"golang:1.26-bookworm\"},\"storage\":{\"cache\":{\"size\":\"1Gi\"}}}}");

    // Then: what is left, and only when the spec changes
    assertThat(labelled.code()).isZero();
    assertThat(labelled.err()).isEmpty();
    assertThat(edited.code()).isZero();
    assertThat(edited.err()).containsExactly(applied.err().get(0), applied.err().get(2));
  }

  @Test
  void aCleanSpecGetsNoWarning() {
    assertThat(apply(CLEAN))
        .isEqualTo(new Kubectl(0, "godevenvironment.godev.io/clean created\n", List.of()));
  }

  @Test
  void serverSideApplyGetsTheSame() {
    assertThat(apply(TRAPPED, "--server-side", "--dry-run=server").err())
        .isEqualTo(apply(TRAPPED, "--dry-run=server").err());
  }

  @Test
  void asManyTrapsAsFitIntoASpecAreAllToldInFull() {
    // Given: the API server would cut off what is longer than 4096 characters altogether
    var advice =
        Ran.godevWith(MANY_TRAPS, "lint", "-")
            .out()
            .lines()
            .map(line -> line.replaceFirst("^-:[0-9]+:[0-9]+: [A-Za-z]+: ", ""))
            .toList();

    // When
    var warnings = apply(MANY_TRAPS, "--dry-run=server").err();

    // Then
    warnings.forEach(System.out::println);
    assertThat(advice).hasSize(11);
    assertThat(warnings)
        .extracting(warning -> warning.substring(PREFIX.length()))
        .containsExactlyInAnyOrderElementsOf(advice);
  }

  @Test
  void theApiServersTypeCheckFindsNothing() {
    cluster.awaitThat(
        "the expressions are checked with the types of the definition",
        Duration.ofSeconds(30),
        () -> {
          var policy = policy();
          assertThat(policy.at("/status/observedGeneration").asInt())
              .isEqualTo(policy.at("/metadata/generation").asInt());
          assertThat(policy.at("/status/typeChecking").has("expressionWarnings"))
              .describedAs("%s", policy.path("status"))
              .isFalse();
        });
  }

  @Test
  void aBindingOfOnesOwnRefusesInANamespace() {
    cluster.inNamespace(
        "e2e-warnings-denied",
        denied -> {
          // Given
          var binding =
              new ValidatingAdmissionPolicyBindingBuilder()
                  .withNewMetadata()
                  .withName("e2e-warnings-denied")
                  .endMetadata()
                  .withNewSpec()
                  .withPolicyName(POLICY)
                  .withValidationActions("Deny")
                  .withNewMatchResources()
                  .withNewNamespaceSelector()
                  .addToMatchLabels("kubernetes.io/metadata.name", denied.namespace())
                  .endNamespaceSelector()
                  .endMatchResources()
                  .endSpec()
                  .build();
          denied.client().resource(binding).create();
          try {
            denied.awaitThat(
                "the binding is in force",
                Duration.ofSeconds(20),
                () -> {
                  // When
                  var refused = applyIn(denied.namespace(), TRAPPED, "--dry-run=server");

                  // Then
                  assertThat(refused.code()).isEqualTo(1);
                  assertThat(refused.err())
                      .anySatisfy(
                          line ->
                              assertThat(line)
                                  .contains("trapped")
                                  .contains("denied request: spec.go.modules.sumDatabase: is off"));
                });
            assertThat(applyIn(denied.namespace(), CLEAN).code()).isZero();
          } finally {
            denied.client().resource(binding).delete();
          }
        });
  }

  private static JsonNode policy() {
    return cluster
        .client()
        .getKubernetesSerialization()
        .unmarshal(
            cluster
                .client()
                .raw("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/" + POLICY),
            JsonNode.class);
  }

  private static String line(Advice advice) {
    return PREFIX
        + "%s: %s; %s [%s]"
            .formatted(advice.field(), advice.message(), advice.remedy(), advice.rule());
  }

  private static Kubectl apply(String text, String... options) {
    return applyIn(cluster.namespace(), text, options);
  }

  private static Kubectl applyIn(String namespace, String text, String... options) {
    List<String> arguments = new ArrayList<>(List.of("-n", namespace, "apply", "-f", "-"));
    arguments.addAll(List.of(options));
    return Kubectl.with(text, arguments.toArray(String[]::new));
  }

  private static Kubectl kubectl(String... arguments) {
    List<String> all = new ArrayList<>(List.of("-n", cluster.namespace()));
    all.addAll(List.of(arguments));
    return Kubectl.with("", all.toArray(String[]::new));
  }
}
