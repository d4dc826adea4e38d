package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.Ran;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** godev render prints what the installed operator makes, and godev lint says what it says. */
class RenderedIT {
  private static final String OPERATORS = "godev-system";
  private static final String OPERATOR = "godev-operator";
  private static final String LABEL = "godev.io/environment";

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-rendered");

  @TempDir static Path folder;

  private static List<String> asInstalled;

  /** The settings of the operator as options of the command. */
  @BeforeAll
  static void likeTheOperatorThatIsInstalled() throws IOException {
    var authority = folder.resolve("ca.crt");
    Files.writeString(
        authority,
        new String(
            Base64.getDecoder()
                .decode(
                    cluster
                        .client()
                        .secrets()
                        .inNamespace(OPERATORS)
                        .withName(OPERATOR + "-report")
                        .get()
                        .getData()
                        .get("ca.crt")),
            StandardCharsets.UTF_8));
    var settings =
        cluster
            .client()
            .apps()
            .deployments()
            .inNamespace(OPERATORS)
            .withName(OPERATOR)
            .get()
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .get(0)
            .getEnv()
            .stream()
            .filter(variable -> variable.getValue() != null)
            .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    asInstalled = new ArrayList<>(List.of("--report-authority=" + authority));
    asInstalled.add("--runtime-image=" + settings.get("GODEV_RUNTIME_IMAGE"));
    if (settings.containsKey("GODEV_GO_IMAGE")) {
      asInstalled.add("--go-image=" + settings.get("GODEV_GO_IMAGE"));
    }
  }

  // a folder of the node is refused by an operator as it is installed; HostFolderIT has one that
  // shows it
  private static Stream<Path> specs() throws IOException {
    try (var samples = Files.list(Path.of("samples"));
        var golden = Files.list(Path.of("src/test/resources/golden"))) {
      return Stream.concat(
          samples.filter(file -> file.toString().endsWith(".yaml")),
          golden
              .filter(one -> !one.endsWith("host-folder"))
              .map(one -> one.resolve("in-GoDevEnvironment.yaml")))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void theOperatorMakesWhatIsRendered(Path file) {
    // Given
    var name = file.toString().replaceAll("/in-GoDev.*|[.]yaml", "").replaceAll(".*/", "r-");
    var environment = cluster.read(file);
    environment.getMetadata().setName(name);
    environment.getMetadata().setNamespace(cluster.namespace());
    environment.getMetadata().setUid(null);

    // When
    var created = cluster.create(environment);
    var rendered = render(created);

    // Then
    try {
      cluster.awaitThat(
          "the objects of " + name,
          Duration.ofSeconds(30),
          () -> {
            var made = made(name);
            assertThat(made.keySet()).isEqualTo(rendered.keySet());
            rendered.forEach(
                (object, wanted) ->
                    assertThat(differences(object, wanted, made.get(object))).isEmpty());
          });
    } finally {
      cluster.environment(name).delete();
      cluster.pod(name).withGracePeriod(0).delete();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "variable | go: {env: [{name: GOPROXY, value: direct}]}",
        "flag | go: {flags: [-race, -mod=vendor]}",
        "architecture | go: {env: [{name: GOARCH, value: armv6l}]}",
        "memory | run: {env: [{name: GOMEMLIMIT, value: 256Mi}]}",
        "port | run: {ports: [{name: dns, containerPort: 8053, protocol: UDP}], readiness: {tcpSocket: {port: dns}}}",
        "files | source: {files: {go.mod: m, cmd: x, cmd/main.go: z}}",
      })
  void whatTheOperatorRejectsIsRejectedWithTheSameWords(String name, String spec) {
    // Given
    var text =
        """
        apiVersion: godev.io/v1alpha1
        kind: GoDevEnvironment
        metadata: {name: %s}
        spec:
        %s  %s
        """
            .formatted(
                name, spec.contains("source:") ? "" : "  source: {claim: {name: code}}\n", spec);
    cluster.create(
        cluster.client().getKubernetesSerialization().unmarshal(text, GoDevEnvironment.class));

    // When
    var accepted = cluster.await(name, ConditionType.Accepted, condition -> true);
    var linted = Ran.godevWith(text, "lint", "-");

    // Then
    assertThat(accepted.reason()).isEqualTo("InvalidSpec");
    assertThat(linted.code()).isEqualTo(1);
    assertThat(linted.out().lines())
        .singleElement()
        .satisfies(
            line ->
                assertThat(accepted.message())
                    .contains(line.replaceFirst("^-:[0-9]+:[0-9]+: Violation: ", "")));
  }

  @Test
  void aDifferenceIsFound() {
    var yaml = new YAMLMapper();
    assertThat(
            differences(
                "x",
                yaml.valueToTree(Map.of("a", 1, "b", List.of(1, 2), "c", "1Gi")),
                yaml.valueToTree(Map.of("a", 2, "b", List.of(1), "c", "1024Mi", "d", 0))))
        .containsExactlyInAnyOrder(
            "x.a: 1, and the cluster has 2", "x.b: [1,2], and the cluster has [1]");
  }

  private static Map<String, JsonNode> render(GoDevEnvironment environment) {
    var text = cluster.client().getKubernetesSerialization().asYaml(environment);
    var arguments = new ArrayList<>(List.of("render"));
    arguments.addAll(asInstalled);
    arguments.add("-");
    var ran = Ran.godevWith(text, arguments.toArray(String[]::new));
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    var yaml = new YAMLMapper();
    try (var parser = yaml.createParser(ran.out())) {
      Map<String, JsonNode> objects = new TreeMap<>();
      yaml.readValues(parser, JsonNode.class)
          .forEachRemaining(
              object ->
                  objects.put(
                      object.path("kind").asText() + " " + object.at("/metadata/name").asText(),
                      object));
      return objects;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, JsonNode> made(String environment) {
    var client = cluster.client();
    var in = cluster.namespace();
    return Stream.<List<? extends HasMetadata>>of(
            client.pods().inNamespace(in).withLabel(LABEL, environment).list().getItems(),
            client
                .persistentVolumeClaims()
                .inNamespace(in)
                .withLabel(LABEL, environment)
                .list()
                .getItems(),
            client.services().inNamespace(in).withLabel(LABEL, environment).list().getItems(),
            client.configMaps().inNamespace(in).withLabel(LABEL, environment).list().getItems(),
            client
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(in)
                .withLabel(LABEL, environment)
                .list()
                .getItems())
        .flatMap(List::stream)
        .collect(
            Collectors.toMap(
                object -> object.getKind() + " " + object.getMetadata().getName(),
                object -> client.getKubernetesSerialization().convertValue(object, JsonNode.class),
                (one, other) -> one,
                TreeMap::new));
  }

  /** Where the one in the cluster is not as wanted; what it has beside that is the API server's. */
  private static List<String> differences(String path, JsonNode wanted, JsonNode present) {
    List<String> found = new ArrayList<>();
    if (wanted.isObject() && present != null && present.isObject()) {
      wanted
          .properties()
          .forEach(
              member ->
                  found.addAll(
                      differences(
                          path + "." + member.getKey(),
                          member.getValue(),
                          present.get(member.getKey()))));
    } else if (wanted.isArray()
        && present != null
        && present.isArray()
        && wanted.size() == present.size()) {
      for (int i = 0; i < wanted.size(); i++) {
        found.addAll(differences(path + "[" + i + "]", wanted.get(i), present.get(i)));
      }
    } else if (!isSame(wanted, present)) {
      found.add("%s: %s, and the cluster has %s".formatted(path, wanted, present));
    }
    return found;
  }

  private static boolean isSame(JsonNode wanted, JsonNode present) {
    if (present == null) {
      // what is empty is not stored where it means the same as nothing
      return wanted.isContainerNode() ? wanted.isEmpty() : wanted.asText().isEmpty();
    }
    if (wanted.equals(present)
        || wanted.asText().equals(present.asText()) && wanted.isValueNode()) {
      return true;
    }
    try {
      return wanted.isValueNode()
          && present.isValueNode()
          && new Quantity(wanted.asText()).equals(new Quantity(present.asText()));
    } catch (RuntimeException e) {
      return false;
    }
  }
}
