package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.ModulesReady;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.godev.api.v1alpha1.GoDevEnvironment;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Every file of samples/ does what its first line says; public-module.yaml is LifecycleIT's. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SamplesIT {
  @RegisterExtension static final Cluster cluster = new Cluster("e2e-samples");

  @Test
  void filesOfTheSpecAreBuiltWithTheirFoldersAndServe() {
    // When
    cluster.create(cluster.sample("hello-files.yaml"));

    // Then
    cluster.await("hello", Ready, True);
    assertThat(cluster.get("hello", "/")).isEqualTo("Hello, gopher!\n");
  }

  @Test
  void aLowPortIsOpenedByAUserThatIsNotRoot() {
    // When
    cluster.create(cluster.sample("low-port.yaml"));

    // Then
    cluster.await("low-port", Ready, True);
    assertThat(cluster.get("low-port", "/")).isEqualTo("on port 80\n");
    // CAP_NET_BIND_SERVICE is bit 10, and no other is in the bounding set
    assertThat(cluster.exec("low-port", "grep", "CapBnd", "/proc/self/status"))
        .contains("0000000000000400");
    assertThat(cluster.exec("low-port", "id", "-u").strip()).isEqualTo("1000");
  }

  @Test
  void theSettingsOfGoAreSeenInside() {
    // Given
    var environment = cluster.sample("hello-files.yaml");
    environment.getMetadata().setName("settings");
    var text =
        cluster.client().getKubernetesSerialization().asYaml(environment)
            + """
              go:
                flags: ["-tags=integration"]
                modules:
                  proxy: ["https://modules.example.com", direct]
                  sumDatabase: "off"
                  private: ["git.example.com/*"]
            """;

    // When
    cluster.create(
        cluster.client().getKubernetesSerialization().unmarshal(text, GoDevEnvironment.class));

    // Then
    cluster.await("settings", Ready, True);
    assertThat(cluster.exec("settings", "env").lines())
        .contains(
            "GOPROXY=https://modules.example.com,direct",
            "GOSUMDB=off",
            "GOPRIVATE=git.example.com/*",
            "GOFLAGS=-buildvcs=false -modcacherw -mod=readonly -tags=integration",
            "GOMEMLIMIT=966367641");
  }

  /** After those that make the two. */
  @Test
  @Order(Integer.MAX_VALUE)
  void environmentsOfANamespaceReachEachOtherByName() {
    // When
    var answer =
        cluster.exec(
            "low-port",
            "bash",
            "-c",
            "exec 3<>/dev/tcp/hello/8080 && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3");

    // Then
    assertThat(answer).contains("Hello, gopher!");
  }

  @Test
  void aSuspendedEnvironmentHasItsVolumesAndNoPod() {
    // When
    cluster.create(cluster.sample("suspended.yaml"));

    // Then
    assertThat(cluster.await("later", Ready, True).reason()).isEqualTo("Suspended");
    assertThat(cluster.pod("later").get()).isNull();
    var claims = cluster.client().persistentVolumeClaims().inNamespace(cluster.namespace());
    assertThat(claims.withName("later-workspace").get().getSpec().getResources().getRequests())
        .hasEntrySatisfying("storage", size -> assertThat(size.toString()).isEqualTo("1Gi"));
    assertThat(claims.withName("later-cache").get().getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(owner -> assertThat(owner.getName()).isEqualTo("later"));
  }

  @Test
  void aCompanysProxyAndItsAuthorityAreUsedForModules(@TempDir Path folder)
      throws InterruptedException {
    var address = Outside.address(3128);
    try (var proxy = Outside.proxy(folder, address)) {
      // Given
      cluster
          .client()
          .resource(
              new ConfigMapBuilder()
                  .withNewMetadata()
                  .withName("company-ca")
                  .withNamespace(cluster.namespace())
                  .endMetadata()
                  .withData(Map.of("ca.crt", proxy.authority()))
                  .build())
          .create();
      var sample =
          cluster
              .client()
              .getKubernetesSerialization()
              .asYaml(cluster.sample("corporate-proxy.yaml"))
              .replace("http://proxy.corp.example:3128", "http://" + address);

      // When
      cluster.create(
          cluster.client().getKubernetesSerialization().unmarshal(sample, GoDevEnvironment.class));

      // Then
      cluster.await("behind-proxy", ModulesReady, True);
      assertThat(proxy.log()).contains("/github.com/rakyll/hey/@v/v0.1.4.zip");
      assertThat(cluster.await("behind-proxy", Ready, True).reason()).isEqualTo("Completed");
    }
  }
}
