package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.False;
import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.SourceReady;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.GoDevEnvironment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Source from a Git server: cloned, followed, and never written over. */
class GitIT {
  private static final int PORT = 18_090;
  private static final int TLS_PORT = 18_491;
  private static final String MAIN =
      """
      package main

      import (
      	"fmt"
      	"log"
      	"net/http"
      )

      const greeting = "%s"

      func main() {
      	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, greeting) })
      	log.Fatal(http.ListenAndServe(":8080", nil))
      }
      """;

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-git");

  @TempDir static Path folder;

  private static Repository shop;
  private static Outside server;

  @BeforeAll
  static void aServerWithARepository() {
    shop = Repository.create(folder, "shop");
    shop.push("services/shop/go.mod", "module example.com/shop\n\ngo 1.26\n");
    shop.push("services/shop/main.go", MAIN.formatted("one"));
    shop.tag("v1.0.0");
    server =
        Outside.git(
            folder.resolve("server"), folder, Outside.address(PORT), Outside.address(TLS_PORT));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    server.close();
  }

  @Test
  void aBranchIsFollowedUntilTheWorkspaceIsEdited() {
    // Given
    var sample = cluster.sample("git.yaml");
    var example = sample.getSpec().source().git().url();
    cluster.create(
        cluster.warm(
            cluster
                .client()
                .getKubernetesSerialization()
                .unmarshal(
                    cluster
                        .client()
                        .getKubernetesSerialization()
                        .asYaml(sample)
                        .replace(example, url("open")),
                    GoDevEnvironment.class)));
    cluster.await("shop", Ready, True);
    assertThat(cluster.get("shop", "/")).isEqualTo("one");

    // When
    var second = shop.push("services/shop/main.go", MAIN.formatted("two"));

    // Then
    cluster.awaitThat(
        "the next commit is served",
        Duration.ofSeconds(60),
        () -> assertThat(cluster.get("shop", "/")).isEqualTo("two"));
    cluster.awaitEnvironment(
        "shop", Duration.ofSeconds(20), environment -> second.equals(commit(environment)));

    // When
    cluster.exec("shop", "sh", "-c", "echo '// mine' >> main.go");
    shop.push("services/shop/main.go", MAIN.formatted("three"));

    // Then
    var source =
        cluster.await("shop", SourceReady, condition -> condition.reason().equals("LocalEdits"));
    assertThat(source.status()).isEqualTo(Condition.Status.True);
    assertThat(source.message()).contains("services/shop/main.go");
    assertThat(cluster.exec("shop", "tail", "-1", "main.go")).isEqualTo("// mine\n");
    assertThat(cluster.get("shop", "/")).isEqualTo("two");

    // When
    assertThat(cluster.exec("shop", "git", "checkout", "--", ".")).isEmpty();

    // Then
    cluster.awaitThat(
        "what is not edited any more follows again",
        Duration.ofSeconds(60),
        () -> assertThat(cluster.get("shop", "/")).isEqualTo("three"));
    cluster.await("shop", SourceReady, condition -> condition.reason().equals("Succeeded"));
  }

  @Test
  void aPrivateRepositoryNeedsItsLoginAndItsAuthority() {
    // Given
    var tls = url("private").replace("http://", "https://").replace(":" + PORT, ":" + TLS_PORT);
    var git = "{url: \"%s\", ref: v1.0.0, directory: services/shop%s}";

    // When
    cluster.create(environment("private", git.formatted(tls, "")));

    // Then
    assertThat(cluster.await("private", SourceReady, False).reason())
        .isEqualTo("UntrustedCertificate");

    // When
    cluster
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("authority")
                .endMetadata()
                .addToData("ca.crt", server.authority())
                .build())
        .inNamespace(cluster.namespace())
        .create();
    cluster.edit("private", "{\"spec\": {\"proxy\": {\"caBundle\": {\"name\": \"authority\"}}}}");

    // Then
    var refused =
        cluster.await(
            "private",
            SourceReady,
            condition -> condition.reason().equals("RepositoryUnauthorized"));
    assertThat(refused.message()).startsWith("spec.source.git.credentials");

    // When
    cluster.edit(
        "private", "{\"spec\": {\"source\": {\"git\": {\"credentials\": {\"name\": \"login\"}}}}}");

    // Then
    var missing =
        cluster.await(
            "private", SourceReady, condition -> condition.reason().equals("CredentialsMissing"));
    assertThat(missing.message()).contains("Secret login");

    // When
    cluster
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("login")
                .endMetadata()
                .withType("kubernetes.io/basic-auth")
                .withStringData(Map.of("username", Outside.USER, "password", Outside.PASSWORD))
                .build())
        .inNamespace(cluster.namespace())
        .create();

    // Then
    cluster.await("private", Ready, True);
    assertThat(cluster.get("private", "/")).isEqualTo("one");
    assertThat(cluster.exec("private", "sh", "-c", "cat /proc/*/cmdline; git config -l"))
        .doesNotContain(Outside.PASSWORD);
  }

  @Test
  void whatTheServerDoesNotHaveIsNamed() {
    // Given
    var git = "{url: \"%s\", ref: %s, directory: services/shop}";

    // When
    cluster.create(environment("lost", git.formatted(url("open"), "no-such-branch")));

    // Then
    var ref =
        cluster.await("lost", SourceReady, condition -> condition.reason().equals("RefNotFound"));
    assertThat(ref.message()).startsWith("spec.source.git.ref").contains("no-such-branch");

    // When
    cluster.edit(
        "lost",
        "{\"spec\": {\"source\": {\"git\": {\"url\": \"%s\"}}}}"
            .formatted(url("open").replace("shop.git", "shoe.git")));

    // Then
    var repository =
        cluster.await(
            "lost", SourceReady, condition -> condition.reason().equals("RepositoryNotFound"));
    assertThat(repository.message()).startsWith("spec.source.git.url").contains("shoe.git");
  }

  private static String commit(GoDevEnvironment environment) {
    var runtime = environment.getStatus().runtime();
    return runtime == null || runtime.source() == null ? null : runtime.source().commit();
  }

  private static String url(String behaviour) {
    return "http://" + Outside.address(PORT) + "/" + behaviour + "/shop.git";
  }

  private static GoDevEnvironment environment(String name, String git) {
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
              source: {git: %s}
              run: {ports: [{name: http, containerPort: 8080}]}
            """
                    .formatted(name, git),
                GoDevEnvironment.class));
  }
}
