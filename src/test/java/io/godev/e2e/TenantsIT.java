package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.e2e.Tenants.create;
import static io.godev.e2e.Tenants.make;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.godev.e2e.Tenant.Answer;
import io.godev.e2e.TenantAttempts.Attempt;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a tenant may not do to another, or to the operator. What is refused is tried where it is
 * allowed too, so that nothing is refused by accident.
 *
 * <p>That the network keeps them apart is not shown: that of the test cluster enforces no
 * NetworkPolicies.
 */
class TenantsIT {
  @RegisterExtension static final Tenants tenants = new Tenants("e2e-tenants");

  @BeforeAll
  static void bothWork() {
    for (var cluster : List.of(ours(), theirs())) {
      create(cluster, "{apiVersion: v1, kind: Secret, metadata: {name: login}}");
      create(
          cluster,
          "{apiVersion: godev.io/v1alpha1, kind: GoDevFleet, metadata: {name: team},"
              + " spec: {template: {spec: {mode: Suspended, source: {sync: {}}}}}}");
    }
    var port = "run: {ports: [{name: http, containerPort: 8080}]}";
    make(ours(), "shop", "profile: " + tenants.profile() + "\n" + port);
    make(theirs(), "shop", port);
    ours().await("shop", Ready, True);
    theirs().await("shop", Ready, True);
  }

  private static List<Attempt> attemptsInANamespace() {
    return TenantAttempts.inANamespace();
  }

  @ParameterizedTest
  @MethodSource("attemptsInANamespace")
  void whatIsAllowedInTheOwnNamespaceIsRefusedInTheOthers(Attempt attempt) {
    assertThat(
            tenants
                .owner
                .call(attempt.method(), attempt.rehearsedIn(ours().namespace()), attempt.body())
                .code())
        .isEqualTo(attempt.code());
    for (var tenant : List.of(tenants.owner, tenants.developer)) {
      assertForbidden(
          tenant, tenant.call(attempt.method(), attempt.in(theirs().namespace()), attempt.body()));
    }
  }

  @ParameterizedTest
  @MethodSource("attemptsInANamespace")
  void whoMayChangeEnvironmentsMayNothingElse(Attempt attempt) {
    var changesEnvironments =
        !attempt.method().equals("GET") && attempt.path().startsWith("/apis/godev.io/");

    // When
    var answer =
        tenants.developer.call(
            attempt.method(), attempt.rehearsedIn(ours().namespace()), attempt.body());

    // Then
    if (changesEnvironments) {
      assertThat(answer.code()).isEqualTo(attempt.code());
    } else {
      assertForbidden(tenants.developer, answer);
    }
  }

  private static List<Attempt> attemptsAtThePlatform() {
    return TenantAttempts.ofThePlatform();
  }

  @ParameterizedTest
  @MethodSource("attemptsAtThePlatform")
  void whatIsThePlatformsIsRefused(Attempt attempt) {
    for (var cluster : List.of(ours(), theirs())) {
      assertThat(
              Tenant.call(
                      cluster.client(),
                      attempt.method(),
                      attempt.rehearsedIn(cluster.namespace()),
                      attempt.body())
                  .code())
          .isEqualTo(attempt.code());
      for (var tenant : List.of(tenants.owner, tenants.developer)) {
        assertForbidden(
            tenant, tenant.call(attempt.method(), attempt.in(cluster.namespace()), attempt.body()));
      }
    }
  }

  @Test
  void aStatusThatComesWithASpecIsPassedOver() {
    // Given
    var before = theirs().environment("shop").get().getStatus().profile();

    // When
    var answer =
        tenants.owner.call(
            "PATCH",
            Tenants.ENVIRONMENTS.formatted(ours().namespace()) + "/shop",
            "{status: {profile: another, goVersion: another}}");

    // Then
    assertThat(answer.code()).isEqualTo(200);
    assertThat(ours().environment("shop").get().getStatus().profile()).isEqualTo(tenants.profile());
    assertThat(theirs().environment("shop").get().getStatus().profile()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{app.kubernetes.io/managed-by: godev-operator, godev.io/environment: shop}",
        "{app.kubernetes.io/managed-by: godev-operator, godev.io/environment: none, godev.io/profile: none}",
      })
  void aPodOfTheOwnIsNotMadeOneOfTheOperator(String labels) {
    var pods = Tenants.CORE.formatted(ours().namespace()) + "pods";
    var change = "{metadata: {labels: " + labels + "}}";
    create(ours(), pod("plain", "{team: ours}"));
    try {
      // Then
      assertRefused(tenants.owner.call("POST", pods, pod("forged", labels)));
      assertRefused(tenants.owner.call("PATCH", pods + "/plain", change));
      assertThat(
              tenants
                  .owner
                  .call("PATCH", pods + "/plain", "{metadata: {labels: {team: theirs}}}")
                  .code())
          .isEqualTo(200);
      assertThat(Tenant.call(ours().client(), "PATCH", pods + "/plain?dryRun=All", change).code())
          .isEqualTo(200);
    } finally {
      ours().pod("plain").withGracePeriod(0).delete();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{godev.io/profile: null}",
        "{godev.io/profile: another}",
        "{godev.io/environment: null}",
        "{godev.io/environment: another}",
        "{app.kubernetes.io/managed-by: null}",
      })
  void aPodOfTheOperatorStaysWhatItIs(String labels) {
    var pod = Tenants.CORE.formatted(ours().namespace()) + "pods/shop";
    var before = ours().pod("shop").get().getMetadata().getLabels();
    assertThat(before).containsEntry("godev.io/profile", tenants.profile());

    // When
    var answer = tenants.owner.call("PATCH", pod, "{metadata: {labels: " + labels + "}}");

    // Then
    assertRefused(answer);
    assertThat(ours().pod("shop").get().getMetadata().getLabels()).isEqualTo(before);
    assertThat(
            tenants
                .owner
                .call("PATCH", pod + "?dryRun=All", "{metadata: {labels: {team: ours}}}")
                .code())
        .isEqualTo(200);
  }

  @Test
  void labelsOfAPodDrawNoTrafficFromElsewhere() {
    // Given
    var theirAddresses = addresses(theirs().namespace(), "shop");
    var operators = addresses("godev-system", "godev-operator");
    assertThat(theirAddresses).hasSize(1);
    assertThat(operators).isNotEmpty();

    // When
    assertThat(
            tenants
                .owner
                .call(
                    "POST",
                    Tenants.CORE.formatted(ours().namespace()) + "pods",
                    pod(
                        "lure",
                        "{godev.io/environment: shop, app.kubernetes.io/name: godev-operator,"
                            + " app.kubernetes.io/component: operator}"))
                .code())
        .isEqualTo(201);

    // Then: it is a pod of the Service of its own namespace
    ours()
        .awaitThat(
            "the Service has it",
            Tenants.SOON,
            () -> assertThat(addresses(ours().namespace(), "shop")).hasSize(2));
    assertThat(addresses(theirs().namespace(), "shop")).isEqualTo(theirAddresses);
    assertThat(addresses("godev-system", "godev-operator")).isEqualTo(operators);
    ours().pod("lure").withGracePeriod(0).delete();
  }

  @Test
  void aReportSpeaksForThePodOfItsTokenAlone() {
    // Given
    var before = theirs().environment("shop").get().getStatus();
    var theirPod = theirs().pod("shop").get().getMetadata().getUid();

    // Then
    assertThat(report("$(cat /etc/godev/report/token)", theirPod)).isEqualTo("204");
    assertThat(ours().environment("shop").get().getStatus().runtime().podUid())
        .isEqualTo(ours().pod("shop").get().getMetadata().getUid());
    assertThat(report("", theirPod)).isEqualTo("401");
    assertThat(report(token("https://kubernetes.default.svc", ""), theirPod)).isEqualTo("401");
    assertThat(report(token("godev-operator", ""), theirPod)).isEqualTo("401");
    assertThat(theirs().environment("shop").get().getStatus()).isEqualTo(before);
  }

  @Test
  void aPodThatSaysItIsOfTheirEnvironmentSpeaksForNobody() {
    // Given: environments of one name in both namespaces, and a pod that names theirs as its owner
    make(ours(), "victim", "mode: Suspended");
    make(theirs(), "victim", "mode: Suspended");
    var uid = theirs().environment("victim").get().getMetadata().getUid();
    var pods = Tenants.CORE.formatted(ours().namespace()) + "pods";
    var forged =
        pod("victim", "{team: ours}")
            .replace(
                "labels:",
                "finalizers: [e2e.godev.io/stays], ownerReferences: [{apiVersion: godev.io/v1alpha1,"
                    + " kind: GoDevEnvironment, name: victim, controller: true, uid: "
                    + uid
                    + "}], labels:");
    assertThat(tenants.owner.call("POST", pods, forged).code()).isEqualTo(201);
    try {
      // When
      var pod = ours().pod("victim").get().getMetadata().getUid();
      var token =
          token(
              "godev-operator",
              ", boundObjectRef: {kind: Pod, apiVersion: v1, name: victim, uid: " + pod + "}");

      // Then
      assertThat(report(token, pod)).isEqualTo("404");
      for (var cluster : List.of(ours(), theirs())) {
        var status = cluster.environment("victim").get().getStatus();
        assertThat(status == null ? null : status.runtime()).isNull();
      }
    } finally {
      tenants.owner.call("PATCH", pods + "/victim", "{metadata: {finalizers: null}}");
      ours().pod("victim").withGracePeriod(0).delete();
    }
  }

  private static Cluster ours() {
    return tenants.ours;
  }

  private static Cluster theirs() {
    return tenants.theirs;
  }

  private static String token(String audience, String more) {
    var answer =
        tenants.owner.call(
            "POST",
            Tenants.CORE.formatted(ours().namespace()) + "serviceaccounts/default/token",
            "{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: {audiences: ['%s']%s}}"
                .formatted(audience, more));
    assertThat(answer.code()).isEqualTo(201);
    return ours()
        .client()
        .getKubernetesSerialization()
        .unmarshal(answer.body(), TokenRequest.class)
        .getStatus()
        .getToken();
  }

  // from inside our pod, with the authority it was told to trust
  private static String report(String token, String pod) {
    return ours()
        .exec(
            "shop",
            "sh",
            "-c",
            """
            curl -s -o /dev/null -w '%%{http_code}' --cacert /etc/godev/requests/report-ca \
              -H "Authorization: Bearer %s" https://godev-operator.godev-system.svc:8443/v1/report \
              -d '{"sequence": %d, "podUid": "%s", "program": {"state": "Failed"}}'"""
                .formatted(token, System.currentTimeMillis(), pod))
        .strip();
  }

  private static List<String> addresses(String namespace, String service) {
    return ours()
        .client()
        .discovery()
        .v1()
        .endpointSlices()
        .inNamespace(namespace)
        .withLabel("kubernetes.io/service-name", service)
        .list()
        .getItems()
        .stream()
        .flatMap(slice -> slice.getEndpoints().stream())
        .flatMap(endpoint -> endpoint.getAddresses().stream())
        .sorted()
        .toList();
  }

  private static String pod(String name, String labels) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s, labels: %s}
    spec:
      securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: dev
        image: golang:1.26-bookworm
        imagePullPolicy: IfNotPresent
        command: [sleep, "600"]
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
    """
        .formatted(name, labels);
  }

  private static void assertRefused(Answer answer) {
    assertThat(answer.code()).describedAs(answer.body()).isEqualTo(422);
    assertThat(answer.body()).contains("ValidatingAdmissionPolicy 'pods.godev.io'");
  }

  private static void assertForbidden(Tenant tenant, Answer answer) {
    assertThat(answer.code()).describedAs(answer.body()).isEqualTo(403);
    assertThat(answer.body()).contains("forbidden: User \\\"" + tenant.account() + "\\\" cannot");
  }
}
