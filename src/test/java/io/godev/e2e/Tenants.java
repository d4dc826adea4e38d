package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.e2e.Tenant.Answer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Two tenants in two namespaces, with their own tokens, and a profile that is for one of them
 * alone: in each an owner has the built-in role edit, and a developer may change environments and
 * fleets, and nothing else.
 */
final class Tenants implements BeforeAllCallback, AfterAllCallback, AfterTestExecutionCallback {
  static final String ENVIRONMENTS = "/apis/godev.io/v1alpha1/namespaces/%s/godevenvironments";
  static final String FLEETS = "/apis/godev.io/v1alpha1/namespaces/%s/godevfleets";
  static final String CORE = "/api/v1/namespaces/%s/";
  static final Duration SOON = Duration.ofSeconds(20);

  private static final String PROGRAM =
      """
      source:
        files:
          go.mod: "module example.com/shop\\n\\ngo 1.26\\n"
          main.go: |
            package main

            import "net"

            func main() {
            	listener, err := net.Listen("tcp", ":8080")
            	for err == nil {
            		var caller net.Conn
            		if caller, err = listener.Accept(); err == nil {
            			caller.Read(make([]byte, 4096))
            			caller.Write([]byte("HTTP/1.0 200 OK\\r\\n\\r\\n"))
            			caller.Close()
            		}
            	}
            	panic(err)
            }
      """;

  private final String name;
  final Cluster ours;
  final Cluster theirs;
  Tenant owner;
  Tenant developer;
  Tenant otherOwner;

  Tenants(String name) {
    this.name = name;
    ours = new Cluster(name + "-ours");
    theirs = new Cluster(name + "-theirs");
  }

  /** Name of the profile that is for ours alone. */
  String profile() {
    return name;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    ours.beforeAll(context);
    theirs.beforeAll(context);
    ours.client()
        .resource(
            """
            apiVersion: godev.io/v1alpha1
            kind: GoDevProfile
            metadata: {name: %s}
            spec:
              namespaces: {matchLabels: {kubernetes.io/metadata.name: %s}}
              limits: {memory: {most: 2Gi}}
            """
                .formatted(profile(), ours.namespace()))
        .serverSideApply();
    owner = Tenant.of(ours, "owner", "edit");
    developer = Tenant.of(ours, "developer", "godev-environments-edit");
    otherOwner = Tenant.of(theirs, "owner", "edit");
    ours.awaitThat(
        "rights and profiles are known",
        SOON,
        () -> {
          assertThat(rehearsed(developer, "n", "").code()).isEqualTo(201);
          assertThat(rehearsed(otherOwner, "n", "profile: " + profile()).code()).isEqualTo(422);
        });
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    ours.afterTestExecution(context);
    theirs.afterTestExecution(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Stream.of(owner, developer, otherOwner).forEach(Tenant::close);
    for (var cluster : List.of(ours, theirs)) {
      cluster.client().resources(GoDevFleet.class).inNamespace(cluster.namespace()).delete();
      cluster.client().resources(GoDevEnvironment.class).inNamespace(cluster.namespace()).delete();
    }
    Tenant.call(
        ours.client(),
        "PATCH",
        "/apis/godev.io/v1alpha1/godevprofiles/" + profile() + "/status",
        "{status: {inUse: false}}");
    ours.client().resources(GoDevProfile.class).withName(profile()).delete();
    ours.afterAll(context);
    theirs.afterAll(context);
  }

  /** What a tenant is answered to an environment in the own namespace, of which nothing comes. */
  static Answer rehearsed(Tenant tenant, String name, String spec) {
    return tenant.call(
        "POST", ENVIRONMENTS.formatted(tenant.namespace()) + "?dryRun=All", yaml(name, spec));
  }

  /** Makes one, by the administrator. */
  static void make(Cluster cluster, String name, String spec) {
    create(cluster, yaml(name, spec));
  }

  /** Makes anything, by the administrator. */
  static void create(Cluster cluster, String yaml) {
    cluster.client().resource("---\n" + yaml).inNamespace(cluster.namespace()).create();
  }

  /** An environment; a small server is its source where the spec names none. */
  static String yaml(String name, String spec) {
    var source = spec.contains("source:") ? "" : PROGRAM;
    return """
    apiVersion: godev.io/v1alpha1
    kind: GoDevEnvironment
    metadata: {name: %s}
    spec:
    """
            .formatted(name)
        + ("resources: {requests: {cpu: 50m, memory: 64Mi}}\n" + source + spec).indent(2);
  }
}
