package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The other forms of the installation, each on the real cluster in place of the one that stands.
 */
class InstallationsIT {
  private static final String OPERATORS = "godev-system";
  private static final String OPERATOR = "godev-operator";
  private static final String CHART = "deploy/helm/godev-operator";

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-installations");

  @BeforeAll
  static void whileAnOperatorWorks() {
    cluster.warm(cluster.sample("hello-files.yaml"));
  }

  @AfterEach
  void theInstallationStandsAgain() {
    run(
        "kubectl",
        "apply",
        "--server-side",
        "--force-conflicts",
        "-f",
        "deploy/manifests/install.yaml");
    rollout(OPERATORS);
  }

  @Test
  void withRolesAloneItLooksAfterItsOwnNamespace() throws IOException {
    scaleToNone();
    cluster.inNamespace(
        "e2e-namespaced",
        own -> {
          // Given
          run("kubectl", "apply", "--server-side", "-k", overlay(own.namespace()));
          rollout(own.namespace());

          // Then
          looksAfterItsNamespaceAlone(own);
          // what the runtime reports, and the operator cannot take in
          own.edit("hello", "{\"spec\": {\"reload\": {\"mode\": \"OnChange\"}}}");
          own.await("hello", Ready, True);
          own.exec("hello", "sh", "-c", "echo broken >> /workspace/main.go");
          own.awaitThat(
              "the log says why reports are missing",
              Duration.ofSeconds(60),
              () -> assertThat(log(own.namespace())).contains("no right to create TokenReviews"));
          var refused =
              new AuditLog(own.namespace())
                  .everything().stream()
                      .filter(request -> request.code() == 403)
                      .map(request -> request.verb() + " " + request.resource())
                      .collect(Collectors.toCollection(TreeSet::new));
          assertThat(refused)
              .isSubsetOf("list godevprofiles", "list nodes", "watch nodes", "create tokenreviews");
          assertThat(log(own.namespace()))
              .contains("only environments and fleets of " + own.namespace() + " are looked after")
              .contains("the nodes cannot be seen, so nothing is said of the platform");
        });
  }

  @Test
  void helmInstallsItForNamespacesAndRemovesIt() {
    scaleToNone();
    cluster.inNamespace(
        "e2e-helm",
        own -> {
          // Given
          run(
              "helm",
              "install",
              OPERATOR,
              CHART,
              "--namespace",
              own.namespace(),
              "--wait",
              "--timeout",
              "90s",
              "--set",
              "crds.install=false,namespaces={" + own.namespace() + "}");

          // Then
          looksAfterItsNamespaceAlone(own);

          // When
          run("helm", "uninstall", OPERATOR, "--namespace", own.namespace(), "--wait");

          // Then
          assertThat(
                  own.client().apps().deployments().inNamespace(own.namespace()).list().getItems())
              .isEmpty();
          assertThat(Cluster.condition(own.environment("hello").get(), Ready).holds()).isTrue();
        });
  }

  @Test
  void helmTakesOverAnInstallationAndLeavesItsEnvironmentsWhenItIsRemoved() {
    // Given
    cluster.create(cluster.warm(cluster.sample("hello-files.yaml")));
    cluster.await("hello", Ready, True);
    var pod = cluster.pod("hello").get().getMetadata().getUid();

    // When
    run(
        "helm",
        "install",
        OPERATOR,
        CHART,
        "--namespace",
        OPERATORS,
        "--take-ownership",
        "--wait",
        "--timeout",
        "90s");
    cluster.edit("hello", "{\"spec\": {\"profiling\": {\"port\": 6060}}}");
    cluster.await("hello", Ready, True);
    run("helm", "uninstall", OPERATOR, "--namespace", OPERATORS, "--wait");

    // Then
    assertThat(cluster.client().resources(ClusterRole.class).withName(OPERATOR).get()).isNull();
    assertThat(cluster.pod("hello").get().getMetadata().getUid()).isEqualTo(pod);
  }

  private static void looksAfterItsNamespaceAlone(Cluster own) {
    var elsewhere = cluster.sample("hello-files.yaml");
    elsewhere.getMetadata().setName("elsewhere");
    cluster.create(elsewhere);
    own.create(own.warm(own.sample("hello-files.yaml")));
    own.await("hello", Ready, True);
    assertThat(cluster.environment("elsewhere").get().getStatus()).isNull();
    assertThat(cluster.pod("elsewhere").get()).isNull();
    cluster.environment("elsewhere").delete();
  }

  private static void scaleToNone() {
    var deployment =
        cluster.client().apps().deployments().inNamespace(OPERATORS).withName(OPERATOR);
    deployment.scale(0);
    cluster.awaitThat(
        "no operator works",
        Duration.ofSeconds(60),
        () ->
            assertThat(
                    cluster
                        .client()
                        .pods()
                        .inNamespace(OPERATORS)
                        .withLabel("app.kubernetes.io/component", "operator")
                        .list()
                        .getItems())
                .isEmpty());
  }

  // what a user writes: an overlay that sets the namespace
  private static String overlay(String namespace) {
    try {
      var folder = Path.of("target", "namespaced");
      Files.createDirectories(folder);
      Files.writeString(
          folder.resolve("kustomization.yaml"),
          """
          apiVersion: kustomize.config.k8s.io/v1beta1
          kind: Kustomization
          namespace: %s
          resources: [../../deploy/namespaced]
          """
              .formatted(namespace));
      return folder.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void rollout(String namespace) {
    run("kubectl", "-n", namespace, "rollout", "status", "deployment/" + OPERATOR, "--timeout=90s");
  }

  private static String log(String namespace) {
    return run("kubectl", "-n", namespace, "logs", "deployment/" + OPERATOR);
  }

  private static String run(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor())
          .describedAs("%s%n%s", String.join(" ", command), output)
          .isZero();
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
