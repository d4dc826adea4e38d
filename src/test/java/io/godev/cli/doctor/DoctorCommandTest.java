package io.godev.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.NodeListBuilder;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentListBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClassListBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.godev.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EnableKubernetesMockClient(https = false)
class DoctorCommandTest {
  private static final String DEPLOYMENT =
      "/apis/apps/v1/namespaces/godev-system/deployments/godev-operator";
  private static final String ANYWHERE =
      "/apis/apps/v1/deployments?labelSelector=app.kubernetes.io%2Fname%3Dgodev-operator";
  private static final String REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

  @TempDir private Path folder;

  KubernetesMockServer server;
  KubernetesClient client;

  @BeforeEach
  void forgetWhatTheServerAnswersByItself() {
    server.clearExpectations();
  }

  @Test
  void whereAllIsWellItEndsWithZero() throws IOException {
    // Given
    answerAll();

    // When
    var ran = Ran.godevIn(client, "doctor", "-o", "json");

    // Then
    var report = new ObjectMapper().readTree(ran.out());
    assertThat(report.path("failed").asBoolean(true)).isFalse();
    assertThat(report.path("context").asText()).isEqualTo("docker-desktop");
    assertThat(verdicts(report))
        .containsExactly(
            "ClusterKind OK",
            "KubernetesVersion OK",
            "NodesReady OK",
            "NodeMemory OK",
            "StorageClasses OK",
            "InstalledDefinition OK",
            "RunningOperator OK",
            "UserRights OK",
            "SourceRoutes OK",
            "PortRoutes OK",
            "LocalPorts OK",
            "TroubledEnvironments OK");
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void peopleReadALineForEachAndASum() {
    // Given
    answerAll();

    // When
    var ran = Ran.godevIn(client, "doctor");

    // Then
    assertThat(ran.out().lines())
        .contains(
            "context docker-desktop, namespace team",
            "OK    KubernetesVersion     v1.34.1",
            "12 OK, 0 WARN, 0 FAIL");
  }

  @Test
  void everyCheckRunsThoughAllIsForbidden() throws IOException {
    // Given
    for (var path : List.of("/version", "/api/v1/nodes", Look.DEFINITION, DEPLOYMENT)) {
      forbid(path);
    }
    forbid("/apis/storage.k8s.io/v1/storageclasses");
    forbid("/apis/godev.io/v1alpha1/namespaces/team/godevenvironments");
    server.expect().post().withPath(REVIEWS).andReturn(403, forbidden("reviews")).always();

    // When
    var ran = Ran.godevIn(client, "doctor", "-o", "yaml");

    // Then
    assertThat(verdicts(new YAMLMapper().readTree(ran.out())))
        .containsExactly(
            "ClusterKind WARN",
            "KubernetesVersion WARN",
            "StorageClasses WARN",
            "InstalledDefinition WARN",
            "RunningOperator WARN",
            "UserRights WARN",
            "SourceRoutes OK",
            "PortRoutes OK",
            "LocalPorts OK",
            "TroubledEnvironments WARN");
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void withoutTheOperatorItEndsWithOneAndSaysHowToInstallIt() {
    // Given: nothing is expected, so that the server answers 404
    answer("/version", Map.of("major", "1", "minor", "34", "gitVersion", "v1.34.1"));
    answer("/api/v1/nodes", nodes());
    answer("/apis/storage.k8s.io/v1/storageclasses", new StorageClassListBuilder().build());
    answer(ANYWHERE, new DeploymentListBuilder().build());
    allow(true);

    // When
    var ran = Ran.godevIn(client, "doctor");

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out())
        .contains("FAIL  InstalledDefinition", "FAIL  RunningOperator", "FAIL  StorageClasses")
        .contains("kubectl apply --server-side -f install.yaml");
  }

  @Test
  void anOperatorInAnotherNamespaceIsFound() {
    // Given
    answer("/version", Map.of("gitVersion", "v1.34.1"));
    var elsewhere = Sight.operator(1, 1, "");
    elsewhere.getMetadata().setNamespace("platform");
    answer(ANYWHERE, new DeploymentListBuilder().withItems(elsewhere).build());

    // When
    var ran = Ran.godevIn(client, "doctor");

    // Then
    assertThat(ran.out()).contains("platform/godev-operator: 1 of 1 available");
  }

  @Test
  void whatTheReviewDeniesIsMissing() {
    // Given
    answer("/version", Map.of("gitVersion", "v1.34.1"));
    allow(false);

    // When
    var ran = Ran.godevIn(client, "doctor");

    // Then
    assertThat(ran.out()).contains("FAIL  UserRights", "pods/portforward (for up, forward, debug)");
    assertThat(ran.code()).isEqualTo(1);
  }

  @Test
  void aClusterThatIsNotThereIsOneLine() throws IOException {
    // Given
    var kubeconfig = folder.resolve("config");
    Files.writeString(kubeconfig, Ran.kubeconfig("http://127.0.0.1:1"));

    // When
    var ran = Ran.godev("doctor", "--kubeconfig", kubeconfig.toString());

    // Then
    assertThat(ran.out()).isEmpty();
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err().lines())
        .singleElement()
        .asString()
        .contains(
            "http://127.0.0.1:1", "(context docker-desktop) does not answer", "Start the cluster");
  }

  @Test
  void aLoginThatIsOverIsOneLine() {
    // Given
    server.expect().get().withPath("/version").andReturn(401, status(401, "Unauthorized")).always();

    // When
    var ran = Ran.godevIn(client, "doctor");

    // Then
    assertThat(ran.out()).isEmpty();
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err().lines()).singleElement().asString().contains("does not accept your login");
  }

  private void answerAll() {
    answer("/version", Map.of("major", "1", "minor", "34", "gitVersion", "v1.34.1"));
    answer("/api/v1/nodes", nodes());
    server
        .expect()
        .get()
        .withPath(Look.DEFINITION)
        .andReturn(200, InstalledDefinitionTest.document(schema -> {}))
        .always();
    answer(DEPLOYMENT, Sight.operator(1, 1, ""));
    answer(
        "/api/v1/namespaces/godev-system/pods?labelSelector=app.kubernetes.io%2Fcomponent%3Doperator",
        new PodListBuilder().build());
    answer(
        "/apis/storage.k8s.io/v1/storageclasses",
        new StorageClassListBuilder()
            .withItems(Sight.storageClass("hostpath", true, null))
            .build());
    answer(
        "/apis/godev.io/v1alpha1/namespaces/team/godevenvironments",
        Map.of(
            "apiVersion",
            "godev.io/v1alpha1",
            "kind",
            "GoDevEnvironmentList",
            "metadata",
            Map.of(),
            "items",
            List.of()));
    allow(true);
  }

  private static Object nodes() {
    return new NodeListBuilder().withItems(Sight.dockerDesktop(Sight.WSL2, "8Gi")).build();
  }

  private void answer(String path, Object body) {
    server.expect().get().withPath(path).andReturn(200, body).always();
  }

  private void forbid(String path) {
    server.expect().get().withPath(path).andReturn(403, forbidden(path)).always();
  }

  private void allow(boolean allowed) {
    server
        .expect()
        .post()
        .withPath(REVIEWS)
        .andReturn(
            201,
            new SelfSubjectAccessReviewBuilder()
                .withNewStatus()
                .withAllowed(allowed)
                .endStatus()
                .build())
        .always();
  }

  private static Status forbidden(String what) {
    return status(403, what + " is forbidden");
  }

  private static Status status(int code, String message) {
    return new StatusBuilder().withStatus("Failure").withCode(code).withMessage(message).build();
  }

  private static List<String> verdicts(JsonNode report) {
    return StreamSupport.stream(report.path("checks").spliterator(), false)
        .map(check -> check.path("check").asText() + " " + check.path("verdict").asText())
        .toList();
  }
}
