package io.godev.e2e;

import java.util.List;

/** What one may do in the own namespace, and not in that of another. */
final class TenantAttempts {

  /**
   * A request.
   *
   * @param path with NS for the namespace
   * @param code what it is answered with where it is allowed, the changes as a dry run
   * @param body YAML, or empty
   */
  record Attempt(String method, String path, int code, String body) {

    String in(String namespace) {
      return path.replace("NS", namespace);
    }

    /** So that nothing comes of it. */
    String rehearsedIn(String namespace) {
      return in(namespace)
          + (method.equals("GET") ? "" : (path.contains("?") ? "&" : "?") + "dryRun=All");
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  // 400: it is allowed, and the connection would have to be made another one
  private static final String IN_A_NAMESPACE =
      """
      GET | GODEV/godevenvironments | 200 |
      GET | GODEV/godevenvironments?watch=true&timeoutSeconds=1 | 200 |
      GET | GODEV/godevenvironments/shop | 200 |
      POST | GODEV/godevenvironments | 201 | {apiVersion: godev.io/v1alpha1, kind: GoDevEnvironment, metadata: {name: new}, spec: {mode: Suspended, source: {sync: {}}}}
      PATCH | GODEV/godevenvironments/shop | 200 | {spec: {mode: Suspended}}
      PATCH | GODEV/godevenvironments/shop | 200 | {metadata: {annotations: {godev.io/restart: now}}}
      DELETE | GODEV/godevenvironments/shop | 200 |
      DELETE | GODEV/godevenvironments | 200 |
      GET | GODEV/godevfleets/team | 200 |
      POST | GODEV/godevfleets | 201 | {apiVersion: godev.io/v1alpha1, kind: GoDevFleet, metadata: {name: new}, spec: {template: {spec: {mode: Suspended, source: {sync: {}}}}}}
      PATCH | GODEV/godevfleets/team | 200 | {spec: {members: [{name: one}]}}
      DELETE | GODEV/godevfleets/team | 200 |
      DELETE | GODEV/godevfleets | 200 |
      GET | CORE/secrets | 200 |
      GET | CORE/secrets/login | 200 |
      POST | CORE/secrets | 201 | {apiVersion: v1, kind: Secret, metadata: {name: new}}
      PATCH | CORE/secrets/login | 200 | {stringData: {netrc: ""}}
      DELETE | CORE/secrets/login | 200 |
      GET | CORE/persistentvolumeclaims/shop-workspace | 200 |
      POST | CORE/persistentvolumeclaims | 201 | {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: new}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 16Mi}}}}
      PATCH | CORE/persistentvolumeclaims/shop-workspace | 200 | {metadata: {labels: {mine: "yes"}}}
      DELETE | CORE/persistentvolumeclaims/shop-workspace | 200 |
      GET | CORE/services/shop | 200 |
      GET | CORE/services/shop:http/proxy/ | 200 |
      POST | CORE/services | 201 | {apiVersion: v1, kind: Service, metadata: {name: new}, spec: {selector: {godev.io/environment: shop}, ports: [{port: 80}]}}
      PATCH | CORE/services/shop | 200 | {spec: {selector: {mine: "yes"}}}
      DELETE | CORE/services/shop | 200 |
      GET | CORE/endpoints/shop | 200 |
      GET | CORE/configmaps/shop-files | 200 |
      PATCH | CORE/configmaps/shop-files | 200 | {data: {files: none}}
      GET | CORE/events | 200 |
      GET | CORE/pods/shop | 200 |
      GET | CORE/pods/shop/log?container=source | 200 |
      GET | CORE/pods/shop:8080/proxy/ | 200 |
      GET | CORE/pods/shop/exec?command=true&container=dev | 400 |
      POST | CORE/pods/shop/exec?command=true&container=dev | 400 |
      POST | CORE/pods/shop/attach?container=dev | 400 |
      POST | CORE/pods/shop/portforward | 400 |
      POST | CORE/pods/shop/eviction | 201 | {apiVersion: policy/v1, kind: Eviction, metadata: {name: shop}}
      PATCH | CORE/pods/shop | 200 | {metadata: {labels: {mine: "yes"}}}
      DELETE | CORE/pods/shop | 200 |
      POST | CORE/serviceaccounts/default/token | 201 | {apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: {audiences: [godev-operator]}}
      GET | /apis/networking.k8s.io/v1/namespaces/NS/networkpolicies/shop | 200 |
      DELETE | /apis/networking.k8s.io/v1/namespaces/NS/networkpolicies/shop | 200 |
      """;

  // what nobody but the platform's administrators may, who may do all of it
  private static final String OF_THE_PLATFORM =
      """
      POST | /apis/godev.io/v1alpha1/godevprofiles | 201 | {apiVersion: godev.io/v1alpha1, kind: GoDevProfile, metadata: {name: e2e-tenants-new}, spec: {}}
      PATCH | /apis/godev.io/v1alpha1/godevprofiles/e2e-tenants | 200 | {spec: {limits: null}}
      PATCH | /apis/godev.io/v1alpha1/godevprofiles/e2e-tenants/status | 200 | {status: {inUse: false}}
      DELETE | /apis/godev.io/v1alpha1/godevprofiles?fieldSelector=metadata.name%3Dnone | 200 |
      PATCH | GODEV/godevenvironments/shop/status | 200 | {status: {profile: another}}
      PATCH | GODEV/godevfleets/team/status | 200 | {status: {observedGeneration: 99}}
      PATCH | /api/v1/namespaces/NS | 200 | {metadata: {labels: {team: another}}}
      PATCH | CORE/pods/shop/status | 200 | {status: {reason: another}}
      POST | CORE/endpoints | 201 | {apiVersion: v1, kind: Endpoints, metadata: {name: new}}
      POST | /apis/discovery.k8s.io/v1/namespaces/NS/endpointslices | 201 | {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: new}, addressType: IPv4, endpoints: []}
      POST | /apis/rbac.authorization.k8s.io/v1/namespaces/NS/rolebindings | 201 | {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: new}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}}
      POST | /api/v1/persistentvolumes | 201 | {apiVersion: v1, kind: PersistentVolume, metadata: {name: e2e-tenants-new}, spec: {accessModes: [ReadOnlyMany], capacity: {storage: 1Gi}, hostPath: {path: /etc}}}
      DELETE | /api/v1/persistentvolumes?fieldSelector=metadata.name%3Dnone | 200 |
      PATCH | /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/secrets.godev.io | 200 | {spec: {validationActions: [Audit]}}
      GET | /api/v1/namespaces/godev-system/secrets/godev-operator-report | 200 |
      GET | /api/v1/namespaces/godev-system/pods | 200 |
      POST | /apis/authentication.k8s.io/v1/tokenreviews | 201 | {apiVersion: authentication.k8s.io/v1, kind: TokenReview, spec: {token: any}}
      GET | /apis/godev.io/v1alpha1/godevenvironments | 200 |
      GET | /api/v1/secrets | 200 |
      """;

  private TenantAttempts() {}

  static List<Attempt> inANamespace() {
    return attempts(IN_A_NAMESPACE);
  }

  static List<Attempt> ofThePlatform() {
    return attempts(OF_THE_PLATFORM);
  }

  private static List<Attempt> attempts(String table) {
    return table
        .lines()
        .map(line -> line.split("\\s*\\|\\s*", -1))
        .map(
            cells ->
                new Attempt(
                    cells[0],
                    cells[1]
                        .replace("GODEV", "/apis/godev.io/v1alpha1/namespaces/NS")
                        .replace("CORE", "/api/v1/namespaces/NS"),
                    Integer.parseInt(cells[2]),
                    cells[3]))
        .toList();
  }
}
