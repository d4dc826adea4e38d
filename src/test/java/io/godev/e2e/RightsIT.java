package io.godev.e2e;

import static io.godev.api.v1alpha1.ConditionType.Accepted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NamespaceableResource;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.api.v1alpha1.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the operator may do, compared with what it did in all the other tests: this runs last. */
class RightsIT {
  private static final String OPERATORS = "godev-system";

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-rights");

  @Test
  void everyRightIsUsed() {
    // Given
    var client = cluster.client();
    takeNamesAndLeaveSomethingOver();
    var rules =
        Stream.concat(
            client
                .resources(ClusterRole.class)
                .withName("godev-operator")
                .get()
                .getRules()
                .stream(),
            Stream.of("godev-operator-leader", "godev-operator-report")
                .map(client.resources(Role.class).inNamespace(OPERATORS)::withName)
                .flatMap(role -> role.get().getRules().stream()));

    // When
    var granted = rules.flatMap(RightsIT::rights).collect(Collectors.toCollection(TreeSet::new));
    var used =
        new AuditLog()
            .everything().stream()
                .filter(request -> request.code() < 400)
                .map(request -> right(request.verb(), request.group(), request.resource()))
                .collect(Collectors.toSet());

    // Then
    assertThat(granted).isNotEmpty();
    granted.removeAll(used);
    assertThat(granted).describedAs("granted, and not used by any test").isEmpty();
  }

  @Test
  void itsOwnTokenOpensNothingElse() {
    // Given
    var token =
        cluster
            .client()
            .serviceAccounts()
            .inNamespace(OPERATORS)
            .withName("godev-operator")
            .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
            .getStatus()
            .getToken();
    var admin = cluster.client().getConfiguration();
    var config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(admin.getMasterUrl())
            .withCaCertData(admin.getCaCertData())
            .withCaCertFile(admin.getCaCertFile())
            .withOauthToken(token)
            .build();
    try (var client = new KubernetesClientBuilder().withConfig(config).build()) {
      // Then
      assertThat(client.pods().inAnyNamespace().list().getItems()).isNotEmpty();
      for (var namespace : Set.of(cluster.namespace(), OPERATORS, "kube-system")) {
        assertForbidden(() -> client.secrets().inNamespace(namespace).list());
        assertForbidden(() -> client.secrets().inNamespace(namespace).withName("any").get());
        assertForbidden(() -> client.serviceAccounts().inNamespace(namespace).list());
        assertForbidden(() -> client.rbac().roles().inNamespace(namespace).list());
        assertForbidden(() -> client.apps().deployments().inNamespace(namespace).list());
        assertForbidden(
            () -> client.persistentVolumeClaims().inNamespace(namespace).withName("any").delete());
      }
      assertForbidden(() -> client.secrets().inAnyNamespace().list());
      assertForbidden(() -> client.nodes().withName("any").get());
      assertForbidden(() -> client.persistentVolumes().list());
      assertForbidden(() -> client.namespaces().withName("any").delete());
      assertForbidden(() -> client.resources(GoDevProfile.class).withName("any").delete());
      assertForbidden(() -> environment(client).patch("{}"));
      assertForbidden(
          () ->
              client
                  .resources(GoDevFleet.class)
                  .inNamespace(cluster.namespace())
                  .withName("any")
                  .delete());
      assertForbidden(() -> client.leases().inNamespace(OPERATORS).withName("other").get());
      assertForbidden(() -> client.leases().inNamespace("kube-system").list());
    }
  }

  // what no other test comes across
  private static void takeNamesAndLeaveSomethingOver() {
    for (var taken :
        List.of(
            new ConfigMapBuilder().withNewMetadata().withName("taken-files").endMetadata().build(),
            new NetworkPolicyBuilder()
                .withNewMetadata()
                .withName("taken")
                .endMetadata()
                .withNewSpec()
                .withNewPodSelector()
                .endPodSelector()
                .endSpec()
                .build(),
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName("taken-workspace")
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withNewResources()
                .addToRequests("storage", new Quantity("16Mi"))
                .endResources()
                .endSpec()
                .build())) {
      cluster.client().resource(taken).inNamespace(cluster.namespace()).create();
    }
    takeThePodsName();
    var environment = cluster.sample("hello-files.yaml");
    environment.getMetadata().setName("taken");
    var uid = cluster.create(environment).getMetadata().getUid();
    cluster.await(
        "taken", Accepted, condition -> condition.reason().equals(Reason.NameConflict.name()));
    var left =
        cluster
            .client()
            .resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName("left")
                    .addToLabels("app.kubernetes.io/managed-by", "godev-operator")
                    .addToLabels("godev.io/environment", "taken")
                    .addNewOwnerReference()
                    .withApiVersion("godev.io/v1alpha1")
                    .withKind("GoDevEnvironment")
                    .withName("taken")
                    .withUid(uid)
                    .withController(true)
                    .endOwnerReference()
                    .endMetadata()
                    .build())
            .inNamespace(cluster.namespace());
    left.create();
    cluster.awaitThat(
        "what is planned no more is deleted",
        Duration.ofSeconds(30),
        () -> assertThat(left.get()).isNull());
  }

  private static void takeThePodsName() {
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withName("taken-pod")
            .endMetadata()
            .withNewSpec()
            .withSchedulerName("nobody")
            .withNewSecurityContext()
            .withRunAsNonRoot(true)
            .withNewSeccompProfile()
            .withType("RuntimeDefault")
            .endSeccompProfile()
            .endSecurityContext()
            .addNewContainer()
            .withName("never-runs")
            .withImage("example.com/none")
            .withNewSecurityContext()
            .withAllowPrivilegeEscalation(false)
            .withNewCapabilities()
            .addToDrop("ALL")
            .endCapabilities()
            .endSecurityContext()
            .endContainer()
            .endSpec()
            .build();
    cluster.client().resource(pod).inNamespace(cluster.namespace()).create();
    var environment = cluster.sample("hello-files.yaml");
    environment.getMetadata().setName("taken-pod");
    cluster.create(environment);
    cluster.await(
        "taken-pod", Accepted, condition -> condition.reason().equals(Reason.NameConflict.name()));
  }

  private static NamespaceableResource<GenericKubernetesResource> environment(
      KubernetesClient client) {
    var environment = cluster.sample("hello-files.yaml");
    environment.getMetadata().setNamespace(cluster.namespace());
    return client.resource(
        client
            .getKubernetesSerialization()
            .convertValue(environment, GenericKubernetesResource.class));
  }

  private static void assertForbidden(ThrowingCallable request) {
    assertThat(catchThrowable(request))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
  }

  private static Stream<String> rights(PolicyRule rule) {
    return rule.getVerbs().stream()
        .flatMap(
            verb ->
                rule.getApiGroups().stream()
                    .flatMap(
                        group ->
                            rule.getResources().stream()
                                .map(resource -> right(verb, group, resource))));
  }

  private static String right(String verb, String group, String resource) {
    return verb + " " + (group.isEmpty() ? resource : resource + "." + group);
  }
}
