package io.godev.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
    return Documents.environments();
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
    // in the order of the page; what needs a terminal or stays open is left out
    run("kubectl apply -f samples/hello-files.yaml");
    run("kubectl wait gde/hello --for=condition=Ready --timeout=5m");
    assertThat(run("kubectl get gde hello -o wide"))
        .containsPattern("READY +REASON +GO +SOURCE +IMAGE +URL +AGE")
        .containsPattern("hello +True +Ready +1.26 +files \\(3\\)");
    assertThat(run("kubectl exec hello -- bash -c id")).startsWith("uid=1000 gid=3000");
    run("kubectl logs hello");
    assertThat(run("kubectl describe gde hello")).contains("The program runs and answers.");
    run("kubectl annotate gde hello godev.io/restart=1 --overwrite");
    assertThat(run("kubectl explain gde.spec --recursive")).contains("caBundle");
    assertThat(run("kubectl explain gde.spec.proxy.caBundle"))
        .contains("certificates (PEM) of authorities to trust");
    run("kubectl get storageclass");
    run("kubectl delete gde hello");
    assertThat(run("kubectl get pvc -o name")).contains("hello-workspace").contains("hello-cache");
  }

  private static String run(String command) throws IOException, InterruptedException {
    assertThat(Documents.text(Path.of("README.md")))
        .describedAs("the README shows what is tested here")
        .contains(shown(command));
    var words = new ArrayList<>(List.of(command.split(" ")));
    words.addAll(1, List.of("-n", NAMESPACE));
    var process = new ProcessBuilder(words).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).describedAs("%s%n%s", command, output).isZero();
    return output;
  }

  // the README opens a shell where the test runs one command, and names a field where it says "the
  // field you want"
  private static String shown(String command) {
    return switch (command) {
      case "kubectl exec hello -- bash -c id" -> "kubectl exec -it hello -- bash";
      case "kubectl describe gde hello" -> "kubectl describe gde NAME";
      case "kubectl explain gde.spec.proxy.caBundle" -> "kubectl explain gde.spec";
      case "kubectl get pvc -o name" -> "the claims stay";
      default -> command;
    };
  }
}
