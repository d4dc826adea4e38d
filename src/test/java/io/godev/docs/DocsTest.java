package io.godev.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.plan.Environments;
import io.godev.resolve.Resolution;
import io.godev.resolve.Resolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages name is there. */
class DocsTest {
  private static final String LINK = "\\]\\((?!https?://)([^)#]+)";
  private static final String TARGET = "(?:`|^ {4}|^\\$ |^)make ([a-z-]+)";
  private static final String SAMPLE = "(samples/[a-z-]+\\.yaml)";
  private static final String FIELD = "`((?:spec|status)(?:\\.[a-zA-Z]+(?:\\[\\])?)+)";
  private static final String REASONS = "^\\| ((?:`[A-Z][A-Za-z]+`(?:, )?)+) \\|";

  private static List<Path> pages() {
    return Documents.pages();
  }

  private static List<String> environments() {
    return Documents.environments();
  }

  private static List<String> fleets() {
    return Documents.fleets();
  }

  @Test
  void thereIsSomethingToCheck() {
    // an expression that matches nothing would let every page pass
    assertThat(found(LINK)).hasSizeGreaterThan(10);
    assertThat(found(TARGET)).contains("demo", "test", "images", "generate");
    assertThat(found(SAMPLE)).contains("samples/hello-files.yaml");
    assertThat(found(FIELD)).contains("spec.run.ports", "spec.go.modules.lock");
    assertThat(found(REASONS)).hasSizeGreaterThan(15);
    assertThat(environments()).hasSizeGreaterThan(10);
  }

  @Test
  void theFirstEnvironmentIsTheSample() {
    assertThat(Documents.text(Path.of("samples/hello-files.yaml")))
        .endsWith(Documents.matches(Path.of("README.md"), "```yaml\\n(.*?)```").get(0));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void aLinkLeadsSomewhere(Path page) {
    var folder = page.toAbsolutePath().getParent();
    assertThat(Documents.matches(page, LINK))
        .allSatisfy(link -> assertThat(folder.resolve(link)).exists());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void aMakeTargetAndASampleExist(Path page) {
    var makefile = Documents.text(Path.of("Makefile"));
    assertThat(Documents.matches(page, TARGET))
        .allSatisfy(target -> assertThat(makefile).contains("\n" + target + ":"));
    assertThat(Documents.matches(page, SAMPLE))
        .allSatisfy(sample -> assertThat(Path.of(sample)).exists());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void aFieldExists(Path page) throws IOException {
    var schemas = new ArrayList<JsonNode>();
    try (var definitions = Files.newDirectoryStream(Path.of("deploy/crds"), "*-v1.yml")) {
      for (var definition : definitions) {
        schemas.add(
            new YAMLMapper()
                .readTree(definition.toFile())
                .at("/spec/versions/0/schema/openAPIV3Schema"));
      }
    }
    assertThat(Documents.matches(page, FIELD))
        .allSatisfy(
            field -> assertThat(schemas).describedAs(field).anyMatch(schema -> has(schema, field)));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void aReasonOfTheTroubleshootingTableExists(Path page) throws IOException {
    var known =
        Files.readString(Path.of("src/main/java/io/godev/api/v1alpha1/Reason.java"))
            + Files.readString(Path.of("runtime/internal/termination/reason.go"));
    assertThat(
            Documents.matches(page, REASONS).stream()
                .flatMap(cell -> Stream.of(cell.replace("`", "").split(", "))))
        .allSatisfy(reason -> assertThat(known).containsPattern("\\b" + reason + "\\b"));
  }

  @ParameterizedTest
  @MethodSource("fleets")
  void aFleetIsReadWithoutAnUnknownField(String text) {
    assertThat(new KubernetesSerialization().unmarshal(text, GoDevFleet.class).getSpec().members())
        .isNotEmpty();
  }

  private static List<String> profiles() {
    return Documents.profiles();
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void aProfileIsReadWithoutAnUnknownField(String text) {
    assertThat(new KubernetesSerialization().unmarshal(text, GoDevProfile.class).getSpec())
        .isNotNull();
  }

  @ParameterizedTest
  @MethodSource("environments")
  void anEnvironmentIsReadWithoutAnUnknownFieldAndIsValid(String text) {
    // a field that the API does not have fails here
    var environment = new KubernetesSerialization().unmarshal(text, GoDevEnvironment.class);
    assertThat(new Resolver(Environments.DEFAULTS).resolve(environment))
        .isInstanceOf(Resolution.Resolved.class);
  }

  private static List<String> found(String pattern) {
    return pages().stream().flatMap(page -> Documents.matches(page, pattern).stream()).toList();
  }

  private static boolean has(JsonNode schema, String field) {
    for (var name : field.split("\\.")) {
      if (schema.path("type").asText().equals("array")) {
        schema = schema.path("items");
      }
      if (schema.has("additionalProperties")) {
        return true;
      }
      schema = schema.path("properties").path(name.replace("[]", ""));
    }
    return !schema.isMissingNode();
  }
}
