package io.godev.e2e;

import static io.godev.e2e.Tenants.create;
import static io.godev.e2e.Tenants.rehearsed;
import static io.godev.e2e.Tenants.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.e2e.Tenant.Answer;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Secrets that somebody may neither get nor use, and does not get at through an environment. */
class TenantSecretsIT {
  private static final String USABLE = "usable";

  @RegisterExtension static final Tenants tenants = new Tenants("e2e-tenant-secrets");

  @BeforeAll
  static void oneMayBeUsedAndAnotherIsUsedByItsOwner() {
    letTheDeveloperUseOneSecret();
    haveSomethingWithASecret();
  }

  private static void letTheDeveloperUseOneSecret() {
    create(
        ours(),
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: use-one}
        rules: [{apiGroups: [""], resources: [secrets], resourceNames: [usable], verbs: [use]}]
        """);
    Tenant.bind(ours(), "developer", "Role", "use-one");
    ours()
        .awaitThat(
            "the right is known",
            Tenants.SOON,
            () ->
                assertThat(
                        rehearsed(
                                tenants.developer,
                                "n",
                                "go: {modules: {credentials: {name: usable}}}")
                            .code())
                    .isEqualTo(201));
  }

  private static void haveSomethingWithASecret() {
    var spec = "mode: Suspended\n" + variable("login");
    assertThat(
            tenants
                .owner
                .call("POST", Tenants.ENVIRONMENTS.formatted(ours().namespace()), yaml("has", spec))
                .code())
        .isEqualTo(201);
    assertThat(
            tenants
                .owner
                .call(
                    "POST",
                    Tenants.FLEETS.formatted(ours().namespace()),
                    fleet("has", spec)
                        + "  members: [{name: one, env: [{name: B, value: x}]}, {name: two}]")
                .code())
        .isEqualTo(201);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run: {args: []} | go: {modules: {credentials: {name: SECRET}}}",
        "run: {args: []} | run: {env: [{name: A, valueFrom: {secretKeyRef: {name: SECRET, key: k}}}]}",
        "source: {git: {url: 'https://example.com/r.git'}} | source: {git: {url: 'https://example.com/r.git', credentials: {name: SECRET}}}",
      })
  void aSecretIsForWhoMayGetOrUseIt(String without, String with) {
    // Given
    var environments = Tenants.ENVIRONMENTS.formatted(ours().namespace());
    var fleets = Tenants.FLEETS.formatted(ours().namespace());
    create(ours(), yaml("present", "mode: Suspended\n" + without));
    create(ours(), fleet("present", "mode: Suspended\n" + without));

    // Then
    for (var secret : List.of("login", USABLE)) {
      var spec = with.replace("SECRET", secret);
      for (var answer :
          List.of(
              ask("POST", environments, yaml("new", spec)),
              ask("POST", environments, yaml("new", "mode: Suspended\n" + spec)),
              ask("PATCH", environments + "/present", "{spec: {" + spec + "}}"),
              ask("POST", fleets, fleet("new", spec)),
              ask("PATCH", fleets + "/present", "{spec: {template: {spec: {" + spec + "}}}}"))) {
        if (secret.equals(USABLE)) {
          assertThat(answer.code()).describedAs(answer.body()).isIn(200, 201);
        } else {
          assertThat(answer.code()).describedAs(answer.body()).isEqualTo(422);
          assertThat(answer.body())
              .contains("you may neither get nor use each of the Secrets it names (login)");
        }
      }
    }
    ours().environment("present").delete();
    ours()
        .client()
        .resources(GoDevFleet.class)
        .inNamespace(ours().namespace())
        .withName("present")
        .delete();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "godevenvironments | {run: {args: [a]}} | 422",
        "godevenvironments | {source: {files: {main.go: package main}}} | 422",
        "godevenvironments | {go: {image: example.com/go}} | 422",
        "godevenvironments | {proxy: {https: 'http://192.0.2.1:3128'}} | 422",
        "godevenvironments | {mode: Running} | 200",
        "godevenvironments | {resources: {limits: {memory: 512Mi}}} | 200",
        "godevenvironments | {run: null} | 200",
        "godevfleets | {template: {spec: {run: {args: [a]}}}} | 422",
        "godevfleets | {template: {spec: {source: {files: {main.go: package main}}}}} | 422",
        "godevfleets | {template: {spec: {go: {image: example.com/go}}}} | 422",
        "godevfleets | {template: {spec: {proxy: {https: 'http://192.0.2.1:3128'}}}} | 422",
        "godevfleets | {members: [{name: one, env: [{name: B, value: other}]}]} | 422",
        "godevfleets | {members: [{name: two, env: [{name: B, value: x}]}]} | 422",
        "godevfleets | {members: [{name: one, env: [{name: C, valueFrom: {secretKeyRef: {name: login, key: k}}}]}]} | 422",
        "godevfleets | {members: [{name: one, env: [{name: B, value: x}]}, {name: three}]} | 200",
        "godevfleets | {template: {spec: {mode: Running}}} | 200",
      })
  void whatHasASecretIsNotMadeToTellIt(String kind, String spec, int code) {
    // Given
    var path = "/apis/godev.io/v1alpha1/namespaces/%s/%s/has".formatted(ours().namespace(), kind);

    // When
    var answer = ask("PATCH", path, "{spec: " + spec + "}");

    // Then
    assertThat(answer.code()).describedAs(answer.body()).isEqualTo(code);
    if (code != 200) {
      assertThat(answer.body()).contains("you may neither get nor use");
    }
    assertThat(tenants.owner.call("PATCH", path + "?dryRun=All", "{spec: " + spec + "}").code())
        .isEqualTo(200);
  }

  // as who may change environments alone, and nothing comes of it
  private static Answer ask(String method, String path, String body) {
    return tenants.developer.call(method, path + "?dryRun=All", body);
  }

  private static Cluster ours() {
    return tenants.ours;
  }

  private static String variable(String secret) {
    return "run: {env: [{name: A, valueFrom: {secretKeyRef: {name: %s, key: k}}}]}\n"
        .formatted(secret);
  }

  private static String fleet(String name, String spec) {
    var environment = yaml(name, spec);
    return """
    apiVersion: godev.io/v1alpha1
    kind: GoDevFleet
    metadata: {name: %s}
    spec:
      template:
    """
            .formatted(name)
        + environment.substring(environment.indexOf("spec:")).indent(4);
  }
}
