package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static io.godev.api.v1alpha1.ConditionType.SourceReady;
import static io.godev.e2e.Tenants.create;
import static io.godev.e2e.Tenants.make;
import static io.godev.e2e.Tenants.rehearsed;
import static io.godev.e2e.Tenants.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevFleet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a tenant does not get at by what a spec names: objects of another namespace, and profiles
 * that are for another.
 */
class TenantSpecsIT {
  @RegisterExtension static final Tenants tenants = new Tenants("e2e-tenant-specs");

  @BeforeAll
  static void theSameNamesInBoth() {
    lend();
    make(
        theirs(),
        "shop",
        """
        go: {modules: {credentials: {name: lent}}}
        proxy: {caBundle: {name: lent}}
        run: {env: [{name: A, valueFrom: {secretKeyRef: {name: lent, key: password}}}]}
        """);
    create(
        theirs(),
        "{apiVersion: godev.io/v1alpha1, kind: GoDevFleet, metadata: {name: team},"
            + " spec: {template: {spec: {mode: Suspended, source: {sync: {}}}}}}");
    make(theirs(), "claim", "source: {claim: {name: lent}}");
  }

  // what is there in the other namespace alone
  private static void lend() {
    create(
        theirs(),
        "{apiVersion: v1, kind: Secret, metadata: {name: lent}, stringData: {password: p, netrc: ''}}");
    create(
        theirs(),
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: lent},"
            + " spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 16Mi}}}}");
    var root =
        theirs()
            .client()
            .configMaps()
            .inNamespace(theirs().namespace())
            .withName("kube-root-ca.crt")
            .waitUntilCondition(found -> found != null, 20, TimeUnit.SECONDS);
    root.setMetadata(new ObjectMetaBuilder().withName("lent").build());
    theirs().client().resource(root).inNamespace(theirs().namespace()).create();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "claim | source: {claim: {name: lent}} | SourceReady | ClaimNotFound",
        "credentials | go: {modules: {credentials: {name: lent}}} | SourceReady | CredentialsMissing",
        "bundle | proxy: {caBundle: {name: lent}} | SourceReady | CABundleInvalid",
        "variable | run: {env: [{name: A, valueFrom: {secretKeyRef: {name: lent, key: password}}}]} | Running | ContainerConfigInvalid",
      })
  void whatASpecNamesIsOfItsOwnNamespace(
      String name, String spec, ConditionType type, String reason) {
    // When
    make(ours(), name, spec);

    // Then: though it is there in the other, where it is found
    assertThat(ours().await(name, type, of -> of.reason().equals(reason)).message())
        .contains("lent");
    ours().environment(name).delete();
    if (name.equals("claim")) {
      theirs()
          .awaitThat(
              "its pod has the claim",
              Tenants.SOON,
              () ->
                  assertThat(theirs().pod(name).get().getStatus().getInitContainerStatuses())
                      .isNotEmpty());
      assertThat(Cluster.condition(theirs().environment(name).get(), SourceReady).reason())
          .isNotEqualTo(reason);
    } else {
      theirs().await("shop", Running, True);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "source: {claim: {name: NAMESPACElent}}",
        "go: {modules: {credentials: {name: NAMESPACElent}}}",
        "proxy: {caBundle: {name: NAMESPACElent}}",
        "source: {git: {url: 'https://example.com/r.git', credentials: {name: NAMESPACElent}}}",
        "run: {env: [{name: A, valueFrom: {secretKeyRef: {name: NAMESPACElent, key: a}}}]}",
        "run: {env: [{name: A, valueFrom: {configMapKeyRef: {name: NAMESPACElent, key: a}}}]}",
      })
  void aNameHoldsNoNamespace(String spec) {
    assertThat(rehearsed(tenants.owner, "n", spec.replace("NAMESPACE", "")).code()).isEqualTo(201);
    assertThat(
            rehearsed(tenants.owner, "n", spec.replace("NAMESPACE", theirs().namespace() + "/"))
                .code())
        .isEqualTo(422);
  }

  @Test
  void aVolumeThatShowsAFolderIsForItsOwnClaimAlone() {
    // Given: as the operator makes it, for theirs()
    var volume =
        theirs()
            .client()
            .resource(
                """
            apiVersion: v1
            kind: PersistentVolume
            metadata: {name: e2e-tenant-specs}
            spec:
              accessModes: [ReadOnlyMany]
              capacity: {storage: 1Gi}
              persistentVolumeReclaimPolicy: Retain
              claimRef: {namespace: %s, name: shop-host}
              hostPath: {path: /srv/none, type: Directory}
            """
                    .formatted(theirs().namespace()))
            .create();
    var claim =
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: shop-host}, spec: {accessModes:"
            + " [ReadOnlyMany], storageClassName: '', volumeName: e2e-tenant-specs, resources: {requests: {storage: 1Gi}}}}";
    var claims = "/api/v1/namespaces/%s/persistentvolumeclaims";
    try {
      // When
      assertThat(tenants.owner.call("POST", claims.formatted(ours().namespace()), claim).code())
          .isEqualTo(201);
      assertThat(
              tenants.otherOwner.call("POST", claims.formatted(theirs().namespace()), claim).code())
          .isEqualTo(201);

      // Then
      theirs()
          .awaitThat(
              "it is bound",
              Tenants.SOON,
              () -> assertThat(phaseOfHostClaim(theirs())).isEqualTo("Bound"));
      assertThat(phaseOfHostClaim(ours())).isEqualTo("Pending");
    } finally {
      theirs().client().resource(volume).delete();
    }
  }

  @Test
  void aProfileThatIsForAnotherNamespaceIsOutOfReach() {
    // Given: suspended it may have any
    assertThat(rehearsed(tenants.developer, "n", "profile: " + tenants.profile()).code())
        .isEqualTo(201);
    var path = Tenants.ENVIRONMENTS.formatted(theirs().namespace());
    assertThat(
            tenants
                .otherOwner
                .call("POST", path, yaml("stays", "mode: Suspended\nprofile: " + tenants.profile()))
                .code())
        .isEqualTo(201);

    // Then
    for (var answer :
        List.of(
            rehearsed(tenants.otherOwner, "n", "profile: " + tenants.profile()),
            tenants.otherOwner.call("PATCH", path + "/stays", "{spec: {mode: Running}}"),
            tenants.otherOwner.call(
                "PATCH", path + "/shop", "{spec: {profile: " + tenants.profile() + "}}"))) {
      assertThat(answer.code()).isEqualTo(422);
      assertThat(answer.body()).contains(tenants.profile() + " is not for this namespace");
    }
    assertThat(
            theirs().await("stays", ConditionType.Accepted, accepted -> !accepted.holds()).reason())
        .isEqualTo("ProfileNotFound");

    // When: through the operator
    tenants.otherOwner.call(
        "PATCH",
        "/apis/godev.io/v1alpha1/namespaces/%s/godevfleets/team".formatted(theirs().namespace()),
        "{spec: {members: [{name: one}], template: {spec: {mode: Running, profile: %s}}}}"
            .formatted(tenants.profile()));

    // Then
    theirs()
        .awaitThat(
            "the fleet says why",
            Tenants.SOON,
            () ->
                assertThat(
                        theirs()
                            .client()
                            .getKubernetesSerialization()
                            .asJson(
                                theirs()
                                    .client()
                                    .resources(GoDevFleet.class)
                                    .inNamespace(theirs().namespace())
                                    .withName("team")
                                    .get()
                                    .getStatus()))
                    .contains(tenants.profile() + " is not for this namespace"));
    assertThat(theirs().environment("team-one").get()).isNull();
  }

  private static String phaseOfHostClaim(Cluster cluster) {
    return cluster
        .client()
        .persistentVolumeClaims()
        .inNamespace(cluster.namespace())
        .withName("shop-host")
        .get()
        .getStatus()
        .getPhase();
  }

  private static Cluster ours() {
    return tenants.ours;
  }

  private static Cluster theirs() {
    return tenants.theirs;
  }
}
