package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.godev.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code godev doctor} on the real cluster, by who may do all, what a developer may, and nothing.
 */
class DoctorIT {
  @RegisterExtension static final Cluster cluster = new Cluster("e2e-doctor");

  @TempDir private Path folder;

  @Test
  void whoRunsTheClusterSeesAllOfIt() throws IOException {
    // When
    var ran = Ran.godev("doctor", "-n", cluster.namespace(), "-o", "json");

    // Then
    assertThat(ran.code()).describedAs(ran.out() + ran.err()).isZero();
    assertThat(verdicts(ran))
        .containsEntry("ClusterKind", "OK")
        .containsEntry("KubernetesVersion", "OK")
        .containsEntry("NodesReady", "OK")
        .containsEntry("NodeMemory", "OK")
        .containsEntry("StorageClasses", "OK")
        .containsEntry("InstalledDefinition", "OK")
        .containsEntry("RunningOperator", "OK")
        .containsEntry("UserRights", "OK");
  }

  @Test
  void aDeveloperWithTheRoleEditHasAllRightsThatGodevNeeds() throws IOException {
    // Given
    cluster
        .client()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName("developer")
                .withNamespace(cluster.namespace())
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "edit")
                .addNewSubject("", "ServiceAccount", "developer", cluster.namespace())
                .build())
        .create();

    // When
    var ran = doctorOf("developer");

    // Then
    assertThat(ran.code()).describedAs(ran.out() + ran.err()).isZero();
    assertThat(verdicts(ran))
        .containsEntry("UserRights", "OK")
        .containsEntry("InstalledDefinition", "OK")
        .containsEntry("StorageClasses", "WARN")
        .containsEntry("TroubledEnvironments", "OK");
    assertThat(ran.out()).contains("not known: you may not list storageclasses");
  }

  @Test
  void whoMayDoNothingIsToldWhatIsMissing() throws IOException {
    // When
    var ran = doctorOf("nobody");

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(verdicts(ran))
        .containsEntry("UserRights", "FAIL")
        .containsEntry("KubernetesVersion", "OK")
        .containsEntry("SourceRoutes", "OK")
        .containsEntry("TroubledEnvironments", "WARN");
    assertThat(ran.out())
        .contains("create, patch, delete godevenvironments (for ")
        .contains("get, create pods/exec (for ");
  }

  private Ran doctorOf(String account) throws IOException {
    var client = cluster.client();
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName(account)
                .withNamespace(cluster.namespace())
                .endMetadata()
                .build())
        .create();
    var token =
        client
            .serviceAccounts()
            .inNamespace(cluster.namespace())
            .withName(account)
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(600L)
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    var kubeconfig =
        Files.writeString(
            folder.resolve(account),
            Ran.kubeconfig(client.getMasterUrl().toString())
                .replace("token: secret", "token: " + token)
                .replace("namespace: team", "namespace: " + cluster.namespace()));
    return Ran.godev("doctor", "--kubeconfig", kubeconfig.toString(), "-o", "json");
  }

  private static Map<String, String> verdicts(Ran ran) throws IOException {
    Map<String, String> verdicts = new TreeMap<>();
    for (JsonNode check : new ObjectMapper().readTree(ran.out()).path("checks")) {
      verdicts.put(check.path("check").asText(), check.path("verdict").asText());
    }
    return verdicts;
  }
}
