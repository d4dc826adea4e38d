package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the API server itself refuses, and with which words. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdmissionIT {
  private static final Path INVALID = Path.of("src/test/resources/invalid");
  private static final String EXPECT = "# expect: ";

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-admission");

  private static Stream<Path> invalidSpecs() throws IOException {
    return Files.list(INVALID).sorted();
  }

  @ParameterizedTest
  @MethodSource("invalidSpecs")
  void anInvalidSpecIsRefusedWithItsMessage(Path file) throws IOException {
    // Given
    var text = Files.readString(file);
    var expected = text.lines().findFirst().orElseThrow().substring(EXPECT.length());

    // When
    var refusal = catchThrowable(() -> dryRun(text));

    // Then
    assertThat(refusal)
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(expected);
    assertThat(((KubernetesClientException) refusal).getCode()).isBetween(400, 499);
  }

  private static Stream<Path> goldenFiles() throws IOException {
    return Files.walk(Path.of("src/test/resources/golden"))
        .filter(file -> file.toString().endsWith(".yaml"))
        .sorted();
  }

  @ParameterizedTest
  @MethodSource("goldenFiles")
  void aGoldenCaseAndItsObjectsAreAcceptedWhereRestrictedIsEnforced(Path file) throws IOException {
    assertThatCode(() -> dryRun(Files.readString(file).replaceAll("(?m)^  namespace: .*\\n", "")))
        .doesNotThrowAnyException();
  }

  @BeforeAll
  void oneOfEachKindToChange() {
    create("fixed", "module: {path: example.com/m, version: v1.0.0}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{source: {module: null, claim: {name: code}}} | the kind of source cannot be changed",
        "{storage: {cache: {size: 1Gi}}} | size can grow but not shrink",
        "{storage: {cache: {storageClassName: other}}} | storageClassName cannot be changed",
      })
  void aFixedFieldCannotBeChanged(String spec, String message) {
    assertThatThrownBy(() -> edit("fixed", spec)).hasMessageContaining(message);
  }

  @Test
  void whatMayChangeIsNotRefused() {
    edit("fixed", "{source: {module: {version: v1.0.1}}}");
    edit("fixed", "{storage: {cache: {size: 3Gi}}}");
  }

  private static void create(String name, String source) {
    var text =
        """
        apiVersion: godev.io/v1alpha1
        kind: GoDevEnvironment
        metadata: {name: %s}
        spec:
          mode: Suspended
          source: {%s}
          storage: {cache: {size: 2Gi}}
        """
            .formatted(name, source);
    cluster.client().resource(generic(text)).inNamespace(cluster.namespace()).create();
  }

  private static void edit(String name, String spec) {
    var patch =
        cluster.client().getKubernetesSerialization().unmarshal("spec: " + spec, Object.class);
    cluster
        .environment(name)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            cluster.client().getKubernetesSerialization().asJson(patch));
  }

  // as kubectl does: server-side, with unknown fields refused
  private static void dryRun(String text) {
    cluster
        .client()
        .resource(generic(text))
        .inNamespace(cluster.namespace())
        .dryRun()
        .fieldValidation(FieldValidateable.Validation.STRICT)
        .create();
  }

  private static GenericKubernetesResource generic(String text) {
    return cluster
        .client()
        .getKubernetesSerialization()
        .unmarshal(text, GenericKubernetesResource.class);
  }
}
