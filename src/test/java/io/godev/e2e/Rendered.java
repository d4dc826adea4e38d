package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
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

/** What godev render prints, beside what the operator made. */
final class Rendered {
  private static final String OPERATORS = "godev-system";
  private static final String OPERATOR = "godev-operator";
  private static final String LABEL = "godev.io/environment";
  private static final Map<String, String> OPTIONS =
      Map.of(
          "GODEV_RUNTIME_IMAGE", "--runtime-image=",
          "GODEV_GO_IMAGE", "--go-image=",
          "GODEV_HOST_PATHS", "--host-paths=");

  private Rendered() {}

  /** The settings of the operator that is installed, as options of the command. */
  static List<String> optionsOfTheOperator(Cluster cluster, Path folder) throws IOException {
    var certificates =
        cluster
            .client()
            .secrets()
            .inNamespace(OPERATORS)
            .withName(OPERATOR + "-report")
            .get()
            .getData()
            .get("ca.crt");
    var authority = folder.resolve("ca.crt");
    Files.writeString(
        authority, new String(Base64.getDecoder().decode(certificates), StandardCharsets.UTF_8));
    var deployment =
        cluster.client().apps().deployments().inNamespace(OPERATORS).withName(OPERATOR).get();
    List<EnvVar> settings =
        deployment.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv();
    return Stream.concat(
            Stream.of("--report-authority=" + authority),
            settings.stream()
                .filter(setting -> OPTIONS.containsKey(setting.getName()))
                .map(setting -> OPTIONS.get(setting.getName()) + setting.getValue()))
        .toList();
  }

  /** Waits until the operator made the objects that are rendered, and no other. */
  static void isWhatTheOperatorMakes(
      Cluster cluster, GoDevEnvironment created, List<String> options) {
    var name = created.getMetadata().getName();
    var rendered = render(cluster, created, options);
    cluster.awaitThat(
        "the objects of " + name,
        Duration.ofSeconds(30),
        () -> {
          var made = made(cluster, name);
          assertThat(made.keySet()).isEqualTo(rendered.keySet());
          rendered.forEach(
              (object, wanted) ->
                  assertThat(differences(object, wanted, made.get(object))).isEmpty());
        });
  }

  private static Map<String, JsonNode> render(
      Cluster cluster, GoDevEnvironment environment, List<String> options) {
    var text = cluster.client().getKubernetesSerialization().asYaml(environment);
    var arguments = new ArrayList<>(List.of("render"));
    arguments.addAll(options);
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

  private static Map<String, JsonNode> made(Cluster cluster, String environment) {
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
                .persistentVolumes()
                .withLabel(LABEL, environment)
                .withLabel("godev.io/namespace", in)
                .list()
                .getItems(),
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
  static List<String> differences(String path, JsonNode wanted, JsonNode present) {
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
