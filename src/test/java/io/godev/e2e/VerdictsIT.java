package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.Ran;
import io.godev.matrix.Field;
import io.godev.matrix.Mutation;
import io.godev.plan.Environments;
import io.godev.resolve.Resolution;
import io.godev.resolve.Resolver;
import io.godev.resolve.advice.AdviceRules;
import io.godev.resolve.advice.SpecRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What godev lint says without a cluster is what the API server and the operator say: of the
 * samples, the golden cases, the specs that are invalid, and every mutation of every field.
 */
class VerdictsIT {
  private static final String FOLDERS = String.join(",", Environments.DEFAULTS.hostPaths());
  private static final Resolver RESOLVER = new Resolver(Environments.DEFAULTS);
  private static final KubernetesSerialization JSON = new KubernetesSerialization();
  private static final ObjectMapper MAPPER = new ObjectMapper();
  // 299 - "text", with " and \ escaped: https://www.rfc-editor.org/rfc/rfc7234#section-5.5
  private static final Pattern WARNING = Pattern.compile("299 - \"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final String OF_THE_POLICY =
      "Validation failed for ValidatingAdmissionPolicy 'advice.godev.io' with binding"
          + " 'advice.godev.io': ";

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-verdicts");

  @TempDir private Path folder;

  /**
   * What becomes of a spec.
   *
   * @param refusal why it is refused, or null
   * @param advice that the spec alone is enough for
   */
  private record Verdict(String refusal, List<String> advice) {}

  @Test
  void lintSaysWhatTheApiServerAndTheOperatorSay() throws IOException {
    // Given
    var specs = specs();

    // When
    var linted = lint(specs);
    Map<String, Verdict> answered = new TreeMap<>();
    specs.forEach((name, spec) -> answered.put(name, ask(spec)));

    // Then
    List<String> different = new ArrayList<>();
    answered.forEach(
        (name, answer) -> {
          var lint = linted.get(name);
          if ((answer.refusal() == null) != (lint.refusal() == null)
              || answer.refusal() == null && !answer.advice().equals(lint.advice())) {
            different.add("%s%n  cluster: %s%n  lint: %s".formatted(name, answer, lint));
          }
        });
    System.out.printf(
        "%d specs, %d refused, %d with advice%n",
        answered.size(),
        answered.values().stream().filter(answer -> answer.refusal() != null).count(),
        answered.values().stream().filter(answer -> !answer.advice().isEmpty()).count());
    assertThat(different).isEmpty();
    assertThat(answered)
        .allSatisfy(
            (name, answer) -> {
              if (name.contains("invalid-")) {
                assertThat(answer.refusal()).isNotNull();
              }
              if (name.contains("golden") || name.startsWith("samples")) {
                assertThat(answer.refusal()).isNull();
              }
            });
    assertThat(answered).hasSizeGreaterThan(1000);
  }

  private static Map<String, ObjectNode> specs() throws IOException {
    Map<String, ObjectNode> specs = new TreeMap<>();
    try (var files = Files.walk(Path.of("src/test/resources"));
        var samples = Files.list(Path.of("samples"))) {
      Stream.concat(files, samples)
          .filter(
              file ->
                  file.toString()
                      .matches(
                          "samples/(?!fleet).*[.]yaml|.*/invalid/.*[.]yaml|.*/in-GoDevEnvironment[.]yaml"))
          .forEach(file -> specs.put(file.toString().replace('/', '_'), read(file)));
    }
    int number = 0;
    for (var field : Field.all()) {
      for (var mutation : Mutation.of(field)) {
        var name = "%04d %s".formatted(number++, mutation).replaceAll("[^A-Za-z0-9.]+", "-");
        specs.put(name + ".json", mutation.environment());
      }
    }
    specs.values().forEach(VerdictsIT::moveHere);
    return specs;
  }

  private static void moveHere(ObjectNode spec) {
    if (spec.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove("namespace");
    }
  }

  private Map<String, Verdict> lint(Map<String, ObjectNode> specs) throws IOException {
    for (var spec : specs.entrySet()) {
      Files.writeString(folder.resolve(file(spec.getKey())), spec.getValue().toString());
    }
    var ran =
        Ran.godev(
            "lint", "-o", "json", "--host-paths=" + FOLDERS, "--platform=Other", folder.toString());
    assertThat(ran.err()).isEmpty();
    Map<String, List<JsonNode>> findings = new HashMap<>();
    for (var finding : MAPPER.readTree(ran.out())) {
      findings
          .computeIfAbsent(finding.path("file").asText(), file -> new ArrayList<>())
          .add(finding);
    }
    Map<String, Verdict> verdicts = new TreeMap<>();
    specs
        .keySet()
        .forEach(
            name ->
                verdicts.put(
                    name,
                    verdict(
                        findings.getOrDefault(folder.resolve(file(name)).toString(), List.of()))));
    return verdicts;
  }

  private static String file(String name) {
    return name.replaceAll("[.](yaml|json)$", "") + ".json";
  }

  private static Verdict verdict(List<JsonNode> findings) {
    var violation =
        findings.stream()
            .filter(finding -> finding.path("level").asText().equals("Violation"))
            .map(JsonNode::toString)
            .findFirst();
    var advice =
        findings.stream()
            .filter(finding -> isInThePolicy(finding.path("rule").asText()))
            .map(
                finding ->
                    "%s: %s; %s [%s]"
                        .formatted(
                            finding.path("field").asText(),
                            finding.path("message").asText(),
                            finding.path("remedy").asText(),
                            finding.path("rule").asText()))
            .sorted()
            .toList();
    return new Verdict(violation.orElse(null), advice);
  }

  private static boolean isInThePolicy(String name) {
    return AdviceRules.ALL.stream()
        .anyMatch(rule -> rule.name().equals(name) && rule instanceof SpecRule);
  }

  private static Verdict ask(ObjectNode spec) {
    try {
      var http = cluster.client().getHttpClient();
      var path =
          "apis/godev.io/v1alpha1/namespaces/%s/godevenvironments?dryRun=All&fieldValidation=Strict"
              .formatted(cluster.namespace());
      var response =
          http.sendAsync(
                  http.newHttpRequestBuilder()
                      .uri(URI.create(cluster.client().getMasterUrl() + path))
                      .post("application/json", asSent(spec).toString())
                      .build(),
                  String.class)
              .get(30, TimeUnit.SECONDS);
      if (!response.isSuccessful()) {
        assertThat(response.code()).describedAs(response.body()).isBetween(400, 499);
        return new Verdict(response.body(), List.of());
      }
      var advice =
          response.headers("Warning").stream()
              .flatMap(header -> WARNING.matcher(header).results())
              .map(warning -> warning.group(1).replaceAll("\\\\(.)", "$1"))
              .filter(warning -> warning.startsWith(OF_THE_POLICY))
              .map(warning -> warning.substring(OF_THE_POLICY.length()))
              .sorted()
              .toList();
      return new Verdict(rejection(response.body()), advice);
    } catch (Exception e) {
      throw new AssertionError(spec.toString(), e);
    }
  }

  // kubectl, as everything written in Go, sends 8080.0 as 8080
  private static JsonNode asSent(JsonNode value) {
    if (value instanceof ObjectNode members) {
      var sent = members.objectNode();
      members.properties().forEach(member -> sent.set(member.getKey(), asSent(member.getValue())));
      return sent;
    }
    if (value instanceof ArrayNode entries) {
      var sent = entries.arrayNode();
      entries.forEach(entry -> sent.add(asSent(entry)));
      return sent;
    }
    return value.isFloatingPointNumber() && value.canConvertToExactIntegral()
        ? LongNode.valueOf(value.asLong())
        : value;
  }

  // of the operator, for what the API server made of the spec
  private static String rejection(String stored) {
    return RESOLVER.resolve(JSON.unmarshal(stored, GoDevEnvironment.class))
            instanceof Resolution.Rejected rejected
        ? rejected.violations().toString()
        : null;
  }

  private static ObjectNode read(Path file) {
    try {
      return (ObjectNode) new YAMLMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
