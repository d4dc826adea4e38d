package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Accepted;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.SourceReady;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.godev.api.v1alpha1.GoDevEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A folder of the machine that is the node, where the operator is allowed to show it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HostFolderIT {
  private static final String OPERATORS = "godev-system";
  private static final String OPERATOR = "godev-operator";
  private static final String SETTING = "GODEV_HOST_PATHS";
  private static final String MAIN =
      """
      package main

      import (
      	"fmt"
      	"log"
      	"net/http"
      )

      func main() {
      	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "%s") })
      	log.Fatal(http.ListenAndServe(":8080", nil))
      }
      """;

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-host-folder");

  private static Path allowed;
  private static List<HasMetadata> rights;

  @BeforeAll
  static void anOperatorThatMayShowFolders() throws IOException {
    allowed = Files.createTempDirectory("godev-folders");
    // as a share of Windows looks: anybody's
    Files.setPosixFilePermissions(allowed, PosixFilePermissions.fromString("rwxrwxrwx"));
    write("shop/go.mod", "module example.com/shop\n\ngo 1.26\n");
    write("shop/main.go", MAIN.formatted("one"));
    Files.createDirectories(allowed.resolve("empty"));
    rights =
        cluster
            .client()
            .load(Files.newInputStream(Path.of("deploy/host-folders/rbac.yaml")))
            .serverSideApply();
    set(allowed.toString());
  }

  @AfterAll
  static void asBefore() throws IOException {
    set(null);
    rights.forEach(right -> cluster.client().resource(right).delete());
    try (var files = Files.walk(allowed)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
    }
  }

  @Test
  @Order(1)
  void aFolderIsMirroredAndEachChangeInItIsBuilt() throws IOException {
    // When
    cluster.create(environment("shop", allowed.resolve("shop").toString()));

    // Then
    cluster.await("shop", Ready, True);
    assertThat(cluster.get("shop", "/")).isEqualTo("one");
    assertThat(volumes()).hasSize(1);

    // When
    write("shop/main.go", MAIN.formatted("two"));

    // Then
    cluster.awaitThat(
        "the change in the folder is served",
        Duration.ofSeconds(60),
        () -> assertThat(cluster.get("shop", "/")).isEqualTo("two"));
  }

  @Test
  @Order(2)
  void theVolumeAndItsClaimAreAsRendered(@TempDir Path folder) throws IOException {
    // Given
    var options = new ArrayList<>(Rendered.optionsOfTheOperator(cluster, folder));
    options.add("--platform=DockerDesktopKubeadm");

    // When
    var created = cluster.create(environment("rendered", allowed.resolve("shop").toString()));

    // Then
    Rendered.isWhatTheOperatorMakes(cluster, created, options);
  }

  @Test
  @Order(2)
  void theFolderIsReadAlone() {
    // When
    var answer = cluster.exec("shop", "sh", "-c", "touch /etc/godev/host/mine 2>&1");

    // Then
    assertThat(answer).contains("Read-only file system");
    assertThat(allowed.resolve("shop/mine")).doesNotExist();
  }

  @Test
  @Order(3)
  void aClusterWhoseNodesDoNotSeeTheMachineIsToldOf() {
    // Given
    var node = cluster.client().nodes().list().getItems().get(0);
    var kind = dockerDesktopsKind(node);
    cluster.client().resource(kind).create();
    try {
      // When: a spec is looked at when it changes
      cluster.awaitThat(
          "the folder is refused",
          Duration.ofSeconds(60),
          () -> {
            cluster.environment("refused").delete();
            cluster.create(environment("refused", allowed.resolve("shop").toString()));
            var accepted = cluster.await("refused", Accepted, condition -> true);
            assertThat(accepted.reason()).isEqualTo("ProvisionerHasNoHostMounts");
            assertThat(accepted.message())
                .contains("spec.source.sync")
                .contains("switch Docker Desktop's Kubernetes to kubeadm");
          });
      assertThat(cluster.pod("refused").get()).isNull();
    } finally {
      cluster.client().resource(kind).delete();
      cluster.environment("refused").delete();
    }
  }

  @Test
  @Order(4)
  void anEmptyFolderIsNamedAndNotUsed() {
    // When
    cluster.create(environment("empty", allowed.resolve("empty").toString()));

    // Then
    var source = cluster.await("empty", SourceReady, False);
    assertThat(source.reason()).isEqualTo("HostPathEmpty");
  }

  @Test
  @Order(5)
  void aFolderThatIsNotThereIsNamed() {
    // When
    cluster.create(environment("missing", allowed.resolve("missing").toString()));

    // Then
    var source = cluster.await("missing", SourceReady, False);
    assertThat(source.reason()).isEqualTo("HostPathUnavailable");
    assertThat(source.message()).contains(allowed.resolve("missing").toString());
  }

  @Test
  @Order(6)
  void aFolderElsewhereIsRefused() {
    // When
    cluster.create(environment("elsewhere", "/etc"));

    // Then
    var accepted = cluster.await("elsewhere", Accepted, False);
    assertThat(accepted.message()).contains("GODEV_HOST_PATHS").contains(allowed.toString());
    assertThat(cluster.pod("elsewhere").get()).isNull();
  }

  @Test
  @Order(7)
  void noVolumeIsLeftOverAndTheFolderIsAsItWas() {
    // When
    List.of("shop", "rendered", "empty", "missing", "elsewhere")
        .forEach(name -> cluster.environment(name).delete());

    // Then
    cluster.awaitThat(
        "the volumes are gone", Duration.ofSeconds(90), () -> assertThat(volumes()).isEmpty());
    assertThat(allowed.resolve("shop/main.go")).hasContent(MAIN.formatted("two"));
  }

  private static List<PersistentVolume> volumes() {
    return cluster
        .client()
        .persistentVolumes()
        .withLabel("app.kubernetes.io/managed-by", OPERATOR)
        .list()
        .getItems();
  }

  private static void write(String path, String content) throws IOException {
    var file = allowed.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  /**
   * Another node beside the real one, as Docker Desktop's kind names its own; nothing runs there.
   */
  private static Node dockerDesktopsKind(Node node) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName("desktop-control-plane")
        .endMetadata()
        .withNewSpec()
        .withUnschedulable(true)
        .endSpec()
        .withNewStatus()
        .withNodeInfo(node.getStatus().getNodeInfo())
        .endStatus()
        .build();
  }

  /** Sets what the operator may show, and waits until it works with that; null for nothing. */
  private static void set(String folders) {
    var deployment =
        cluster.client().apps().deployments().inNamespace(OPERATORS).withName(OPERATOR);
    deployment.edit(
        it -> {
          var changed = new DeploymentBuilder(it).build();
          var container = changed.getSpec().getTemplate().getSpec().getContainers().get(0);
          container.getEnv().removeIf(variable -> variable.getName().equals(SETTING));
          if (folders != null) {
            container.getEnv().add(new EnvVar(SETTING, folders, null));
          }
          return changed;
        });
    deployment.waitUntilCondition(
        it ->
            it.getMetadata().getGeneration().equals(it.getStatus().getObservedGeneration())
                && Integer.valueOf(1).equals(it.getStatus().getReplicas())
                && Integer.valueOf(1).equals(it.getStatus().getUpdatedReplicas())
                && Integer.valueOf(1).equals(it.getStatus().getReadyReplicas()),
        90,
        TimeUnit.SECONDS);
  }

  private static GoDevEnvironment environment(String name, String path) {
    return cluster.warm(
        cluster
            .client()
            .getKubernetesSerialization()
            .unmarshal(
                """
                apiVersion: godev.io/v1alpha1
                kind: GoDevEnvironment
                metadata: {name: %s}
                spec:
                  # the node of the test cluster has the name of Docker Desktop's
                  source: {hostPath: {path: %s, host: MacOS}}
                  run: {ports: [{name: http, containerPort: 8080}]}
                """
                    .formatted(name, path),
                GoDevEnvironment.class));
  }
}
