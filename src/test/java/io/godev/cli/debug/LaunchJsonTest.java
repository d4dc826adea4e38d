package io.godev.cli.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaunchJsonTest {
  private static final ObjectNode SHOP =
      LaunchJson.configuration(
          "{\"name\":\"shop\",\"type\":\"go\",\"port\":40000,\"substitutePath\":[]}", 40_001);

  @Test
  void theConfigurationHasThePortOfThisMachine() {
    assertThat(SHOP.path("port").asInt()).isEqualTo(40_001);
    assertThat(SHOP.path("type").asText()).isEqualTo("go");
    assertThatThrownBy(() -> LaunchJson.configuration("[]", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LaunchJson.configuration("{", 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNewFileIsLaidOutAsAnEditorDoes() {
    assertThat(LaunchJson.of(SHOP))
        .isEqualTo(
            """
            {
              "version": "0.2.0",
              "configurations": [
                {
                  "name": "shop",
                  "type": "go",
                  "port": 40001,
                  "substitutePath": []
                }
              ]
            }
            """
                .replace("[]", "[ ]"));
  }

  @Test
  void allThatAFileHasIsKept() {
    // Given
    var file =
        """
        {
          "version": "0.2.0",
          "compounds": [{"name": "all", "configurations": ["test", "shop"]}],
          "configurations": [{"name": "test", "type": "go", "mode": "test"}],
          "inputs": []
        }
        """;

    // When
    var merged = merged(file);

    // Then
    assertThat(merged.path("compounds")).isEqualTo(read(file).path("compounds"));
    assertThat(merged.path("inputs").isArray()).isTrue();
    assertThat(merged.at("/configurations/0")).isEqualTo(read(file).at("/configurations/0"));
    assertThat(merged.at("/configurations/1")).isEqualTo(SHOP);
    assertThat(merged.path("configurations")).hasSize(2);
  }

  @Test
  void theOneOfTheSameNameIsReplacedInItsPlace() {
    // When
    var merged =
        merged(
            "{\"configurations\": [{\"name\": \"a\"}, {\"name\": \"shop\", \"port\": 1}, {\"name\": \"b\"}]}");

    // Then
    assertThat(merged.path("configurations")).hasSize(3);
    assertThat(merged.at("/configurations/1")).isEqualTo(SHOP);
    assertThat(merged.at("/configurations/2/name").asText()).isEqualTo("b");
  }

  @Test
  void writingTwiceIsWritingOnce() {
    // Given
    var once = LaunchJson.merged("{\"version\": \"0.2.0\"}", SHOP).orElseThrow();

    // Then
    assertThat(LaunchJson.merged(once, SHOP)).contains(once);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"version\": \"0.2.0\"}", "{\"configurations\": []}"})
  void aFileWithoutConfigurationsGetsOne(String file) {
    assertThat(merged(file).at("/configurations/0")).isEqualTo(SHOP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "// for our team\n{\"configurations\": []}",
        "{\"configurations\": [/* none */]}",
        "{\"configurations\": [],}",
        "[]",
        "null",
        "{\"configurations\": {}}",
        "{\"configurations\": \"x\"}",
        "{\"configurations\": [",
        "{\"configurations\": [], \"configurations\": []}",
      })
  void aFileThatWouldLoseSomethingIsLeftAlone(String file) {
    assertThat(LaunchJson.merged(file, SHOP)).isEmpty();
  }

  @Test
  void whatStandsBehindTheObjectIsNotLost() {
    assertThat(LaunchJson.merged("{\"configurations\": []}\n// the end\n", SHOP)).isEmpty();
  }

  private static JsonNode merged(String file) {
    return read(LaunchJson.merged(file, SHOP).orElseThrow());
  }

  private static JsonNode read(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
