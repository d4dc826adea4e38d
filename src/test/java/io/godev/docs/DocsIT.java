package io.godev.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages show works on the real cluster of KUBECONFIG. */
class DocsIT {
  private static final String NAMESPACE = "e2e-docs";

  private static KubernetesClient client;

  private static List<String> environments() {
    return Stream.of(Documents.environments(), Documents.fleets(), Documents.profiles())
        .flatMap(List::stream)
        .toList();
  }

  @BeforeAll
  static void connect() {
    client = new KubernetesClientBuilder().build();
    client.namespaces().withName(NAMESPACE).delete();
    client
        .namespaces()
        .withName(NAMESPACE)
        .waitUntilCondition(namespace -> namespace == null, 1, TimeUnit.MINUTES);
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(NAMESPACE)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
  }

  @AfterAll
  static void disconnect() {
    client.namespaces().withName(NAMESPACE).delete();
    client.close();
  }

  @ParameterizedTest
  @MethodSource("environments")
  void anEnvironmentIsAcceptedByTheApiServer(String text) {
    assertThat(
            client
                .resource(
                    client
                        .getKubernetesSerialization()
                        .unmarshal(text, GenericKubernetesResource.class))
                .inNamespace(NAMESPACE)
                .dryRun()
                .fieldValidation(Validation.STRICT)
                .create())
        .isNotNull();
  }

  @Test
  void theCommandsOfTheReadmeWork() throws IOException, InterruptedException {
    // Given
    var commands =
        Documents.commands(Path.of("README.md")).stream()
            .filter(command -> command.line().startsWith("kubectl "))
            .filter(command -> !staysOpen(command.line()))
            .toList();

    // When: in the order of the page
    for (var command : commands) {
      var output = run(command.line());

      // Then
      assertThat(words(output))
          .describedAs("%s%n%s", command.line(), output)
          .startsWith(words(command.firstOutput()));
    }

    assertThat(commands).hasSizeGreaterThan(15);
  }

  // a terminal, or a connection until somebody ends it
  private static boolean staysOpen(String line) {
    return line.contains(" -it ") || line.startsWith("kubectl port-forward ");
  }

  private static String run(String line) throws IOException, InterruptedException {
    var process = new ProcessBuilder("bash", "-c", here(line)).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).describedAs("%s%n%s", line, output).isZero();
    return output;
  }

  // in the test's namespace; the installation stands, and is only compared with the API server
  private static String here(String line) {
    if (line.startsWith("kubectl -n ")) {
      return line;
    }
    return line.contains("install.yaml")
        ? line + " --force-conflicts --dry-run=server"
        : line.replaceFirst("^kubectl ", "kubectl -n " + NAMESPACE + " ");
  }

  // what is the same in every run: the words, but not how far they are apart, nor what JSON holds
  private static String words(String output) {
    var first = output.lines().findFirst().orElse("").strip();
    return first.startsWith("{") ? "{" : first.replaceAll("\\s+", " ");
  }
}
