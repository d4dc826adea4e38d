package io.godev.assess;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevFleetStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A status that a later release of the operator wrote is read: one that is not would keep an
 * operator that was taken back from seeing any environment at all.
 */
class LaterReleaseTest {
  private static final String LATER = "WrittenByALaterRelease";

  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  /** A word of a status that the definition chooses from a list. */
  record Word(Class<?> type, String pointer) {
    @Override
    public String toString() {
      return type.getSimpleName() + pointer;
    }
  }

  private static Stream<Word> words() throws IOException {
    return Stream.concat(
        words(GoDevEnvironmentStatus.class, "godevenvironments"),
        words(GoDevFleetStatus.class, "godevfleets"));
  }

  @ParameterizedTest
  @MethodSource("words")
  void aWordThatALaterReleaseWroteIsReadAsNone(Word word) {
    // Given
    var status = full(word.type());
    var at = word.pointer().lastIndexOf('/');
    var member = (ObjectNode) status.at(word.pointer().substring(0, at));
    var name = word.pointer().substring(at + 1);
    assertThat(member.get(name)).describedAs("the full status has it").isInstanceOf(TextNode.class);
    member.put(name, LATER);

    // When
    var read = SERIALIZATION.unmarshal(status.toString(), word.type());

    // Then
    var written = SERIALIZATION.convertValue(read, JsonNode.class);
    assertThat(written.at(word.pointer()).isMissingNode()).isTrue();
    member.remove(name);
    if (word.pointer().startsWith("/conditions")) {
      // what it is, or whether it holds, is all there is to a condition
      ((ObjectNode) status).putArray("conditions");
    }
    assertThat(written).isEqualTo(status);
  }

  @ParameterizedTest
  @MethodSource("types")
  void aFieldThatALaterReleaseWroteIsLeftOut(Class<?> type) {
    // Given
    var status = full(type);
    var later = status.deepCopy();
    members(later).forEach(member -> member.putObject("later").put("is", LATER));

    // When
    var read = SERIALIZATION.unmarshal(later.toString(), type);

    // Then
    assertThat(later.toString()).contains(LATER);
    assertThat(SERIALIZATION.convertValue(read, JsonNode.class)).isEqualTo(status);
  }

  private static Stream<Class<?>> types() {
    return Stream.of(GoDevEnvironmentStatus.class, GoDevFleetStatus.class);
  }

  private static JsonNode full(Class<?> type) {
    return SERIALIZATION.convertValue(
        type == GoDevFleetStatus.class ? FLEET : StatusJsonTest.FULL, JsonNode.class);
  }

  private static final GoDevFleetStatus FLEET =
      new GoDevFleetStatus(
          7L,
          StatusJsonTest.FULL.conditions(),
          3,
          1,
          2,
          1,
          0,
          new GoDevFleetStatus.Templates(
              "current",
              "good",
              new GoDevFleetStatus.Failure(
                  "current", "alice", "BuildFailed", "main.go:3", "again")),
          List.of("bob"),
          List.of(new GoDevFleetStatus.FailedMember("alice", "BuildFailed", "main.go:3")),
          List.of("workshop-carol"));

  private static List<ObjectNode> members(JsonNode node) {
    List<ObjectNode> all = new ArrayList<>();
    if (node instanceof ObjectNode object) {
      all.add(object);
    }
    node.forEach(child -> all.addAll(members(child)));
    return all;
  }

  private static Stream<Word> words(Class<?> type, String plural) throws IOException {
    var definition =
        new YAMLMapper()
            .readTree(Files.readString(Path.of("deploy/crds/" + plural + ".godev.io-v1.yml")))
            .at("/spec/versions/0/schema/openAPIV3Schema/properties/status");
    List<String> pointers = new ArrayList<>();
    choices("", definition, pointers);
    // any is allowed there, and those that are known are a list all the same
    pointers.add("/conditions/0/type");
    return pointers.stream().map(pointer -> new Word(type, pointer));
  }

  private static void choices(String pointer, JsonNode schema, List<String> pointers) {
    if (schema.has("enum")) {
      pointers.add(pointer);
    }
    if (schema.has("items")) {
      choices(pointer + "/0", schema.get("items"), pointers);
    }
    schema
        .path("properties")
        .properties()
        .forEach(field -> choices(pointer + "/" + field.getKey(), field.getValue(), pointers));
  }
}
