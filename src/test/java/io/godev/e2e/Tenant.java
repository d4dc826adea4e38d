package io.godev.e2e;

import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.concurrent.TimeUnit;

/**
 * Somebody of one namespace, with a token of a ServiceAccount, and what the API server answers.
 *
 * @param account as the API server calls it
 */
record Tenant(KubernetesClient client, String namespace, String account) implements AutoCloseable {

  /** What came back. */
  record Answer(int code, String body) {}

  /** A new one, with that ClusterRole in the namespace alone. */
  static Tenant of(Cluster cluster, String name, String clusterRole) {
    var admin = cluster.client();
    admin
        .resource(
            new ServiceAccountBuilder().withNewMetadata().withName(name).endMetadata().build())
        .inNamespace(cluster.namespace())
        .create();
    bind(cluster, name, "ClusterRole", clusterRole);
    var token =
        admin
            .serviceAccounts()
            .inNamespace(cluster.namespace())
            .withName(name)
            .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
            .getStatus()
            .getToken();
    var config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(admin.getConfiguration().getMasterUrl())
            .withCaCertData(admin.getConfiguration().getCaCertData())
            .withCaCertFile(admin.getConfiguration().getCaCertFile())
            .withOauthToken(token)
            .build();
    return new Tenant(
        new KubernetesClientBuilder().withConfig(config).build(),
        cluster.namespace(),
        "system:serviceaccount:" + cluster.namespace() + ":" + name);
  }

  /** Gives the ServiceAccount of that name a role in its namespace. */
  static void bind(Cluster cluster, String name, String kind, String role) {
    cluster
        .client()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName(name + "-" + role)
                .endMetadata()
                .withNewRoleRef()
                .withApiGroup("rbac.authorization.k8s.io")
                .withKind(kind)
                .withName(role)
                .endRoleRef()
                .addNewSubject()
                .withKind("ServiceAccount")
                .withName(name)
                .withNamespace(cluster.namespace())
                .endSubject()
                .build())
        .inNamespace(cluster.namespace())
        .create();
  }

  /** Asks the API server; the body is YAML, or empty. */
  Answer call(String method, String path, String body) {
    return call(client, method, path, body);
  }

  static Answer call(KubernetesClient client, String method, String path, String body) {
    var http = client.getHttpClient();
    var json =
        body.isBlank()
            ? null
            : client
                .getKubernetesSerialization()
                .asJson(
                    client.getKubernetesSerialization().unmarshal("---\n" + body, Object.class));
    var type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
    var request =
        http.newHttpRequestBuilder()
            .uri(client.getConfiguration().getMasterUrl() + path.substring(1))
            .method(method, type, json)
            .build();
    try {
      var response = http.sendAsync(request, String.class).get(30, TimeUnit.SECONDS);
      return new Answer(response.code(), response.body());
    } catch (Exception e) {
      throw new AssertionError(method + " " + path, e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
