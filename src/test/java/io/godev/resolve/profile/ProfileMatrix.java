package io.godev.resolve.profile;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevProfile;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Every limit with every policy, and what is inside and outside of it. */
public final class ProfileMatrix {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  /**
   * A limit and two wishes.
   *
   * @param limit member of spec.limits
   * @param bound its value, with %s for the policy
   * @param inside a wish within it, as part of a spec
   * @param outside a wish beyond it
   * @param field path of the field that is outside
   */
  private record Row(String limit, String bound, String inside, String outside, String field) {}

  /** What becomes of a wish under a policy. */
  public record Case(
      String limit, String policy, boolean isOutside, String wish, String field, String bound) {

    /** Name of the profile of this limit and policy. */
    public String profileName() {
      return "%s-%s-%s"
          .formatted(limit, policy, Integer.toHexString(bound.hashCode()))
          .toLowerCase(Locale.ROOT);
    }

    public GoDevProfile profile() {
      return YAML.unmarshal(
          """
          apiVersion: godev.io/v1alpha1
          kind: GoDevProfile
          metadata: {name: %s}
          spec: {limits: {%s: {%s, policy: %s}}}
          """
              .formatted(profileName(), limit, bound, policy),
          GoDevProfile.class);
    }

    public GoDevEnvironment environment() {
      return YAML.unmarshal(
          """
          apiVersion: godev.io/v1alpha1
          kind: GoDevEnvironment
          metadata: {name: wish, namespace: team, uid: u}
          spec:
            profile: %s
            source: {module: {path: example.com/shop, version: v1.2.3}}
            %s
          """
              .formatted(profileName(), wish),
          GoDevEnvironment.class);
    }

    @Override
    public String toString() {
      return limit + " " + policy + ": " + wish;
    }
  }

  private static final String TABLE =
      """
      cpu | most: "2" | resources: {limits: {cpu: "2"}} | resources: {limits: {cpu: 2001m}} | spec.resources.limits.cpu
      cpu | most: 1500m | resources: {requests: {cpu: "1.5"}} | resources: {requests: {cpu: "3"}} | spec.resources.requests.cpu
      memory | most: 2Gi | resources: {limits: {memory: 2048Mi}} | resources: {limits: {memory: 2049Mi}} | spec.resources.limits.memory
      memory | most: 2Gi | resources: {requests: {memory: 1Gi}} | resources: {requests: {memory: 3Gi}} | spec.resources.requests.memory
      storage | most: 6Gi | storage: {cache: {size: 6Gi}} | storage: {cache: {size: 7Gi}} | spec.storage.cache.size
      storage | most: 6Gi | storage: {workspace: {size: 1Gi}} | storage: {workspace: {size: 1Ti}} | spec.storage.workspace.size
      goVersions | allowed: ["1.25", "1.26"] | go: {version: "1.25.3"} | go: {version: "1.2"} | spec.go.version
      images | allowed: ["golang:*", "r.example.com/*"] | go: {image: r.example.com/go:1} | go: {image: xr.example.com/go:1} | spec.go.image
      images | allowed: ["golang:*", "a.b/c"] | go: {image: a.b/c} | go: {image: aab/c} | spec.go.image
      capabilities | allowed: [] | securityContext: {capabilities: {add: []}} | securityContext: {capabilities: {add: [NET_BIND_SERVICE]}} | spec.securityContext.capabilities.add
      users | least: 1000, most: 2000 | securityContext: {runAsUser: 2000} | securityContext: {runAsUser: 2001} | spec.securityContext.runAsUser
      users | least: 1000, most: 2000 | securityContext: {runAsUser: 1000} | securityContext: {runAsUser: 999} | spec.securityContext.runAsUser
      exposure | most: Cluster | run: {ports: [{name: a, containerPort: 8080}, {name: b, containerPort: 8081, expose: Cluster}]} | run: {ports: [{name: a, containerPort: 8080}, {name: b, containerPort: 8081, expose: LoadBalancer}]} | spec.run.ports[1].expose
      exposure | most: None | run: {ports: [{name: a, containerPort: 8080, expose: None}]} | run: {ports: [{name: a, containerPort: 8080, expose: Cluster}]} | spec.run.ports[0].expose
      """;

  private ProfileMatrix() {}

  public static List<Case> cases() {
    return TABLE
        .lines()
        .map(line -> line.split("\\s*\\|\\s*"))
        .map(cells -> new Row(cells[0], cells[1], cells[2], cells[3], cells[4]))
        .flatMap(
            row ->
                Stream.of("Default", "Clamp", "Reject")
                    .flatMap(
                        policy -> Stream.of(aCase(row, policy, false), aCase(row, policy, true))))
        .toList();
  }

  private static Case aCase(Row row, String policy, boolean isOutside) {
    return new Case(
        row.limit(),
        policy,
        isOutside,
        isOutside ? row.outside() : row.inside(),
        row.field(),
        row.bound());
  }
}
