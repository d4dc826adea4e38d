package io.godev.cli.common;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class OutputTest {
  private static final ConfigMap OBJECT =
      new ConfigMapBuilder()
          .withNewMetadata()
          .withName("a")
          .addNewManagedField()
          .withManager("kubectl")
          .endManagedField()
          .endMetadata()
          .addToData("managedFields", "mine")
          .build();

  @Test
  void anObjectIsPrintedWithoutItsManagers() throws IOException {
    // When
    var json = new ObjectMapper().readTree(printed("json", OBJECT));
    var yaml = new YAMLMapper().readTree(printed("YAML", OBJECT));

    // Then
    assertThat(json).isEqualTo(yaml);
    assertThat(json.path("metadata").path("name").asText()).isEqualTo("a");
    assertThat(json.path("metadata").has("managedFields")).isFalse();
    assertThat(json.path("data").path("managedFields").asText()).isEqualTo("mine");
  }

  @Test
  void soAreThoseOfAList() throws IOException {
    // When
    JsonNode list = new ObjectMapper().readTree(printed("json", Map.of("items", List.of(OBJECT))));

    // Then
    assertThat(list.at("/items/0/metadata").has("managedFields")).isFalse();
    assertThat(list.at("/items/0/metadata/name").asText()).isEqualTo("a");
  }

  private static String printed(String format, Object object) {
    var out = new StringWriter();
    var line = new CommandLine(new Holder()).setCaseInsensitiveEnumValuesAllowed(true);
    line.parseArgs("-o", format);
    var output = line.<Holder>getCommand().output;
    assertThat(output.isText()).isFalse();
    output.print(object, new PrintWriter(out));
    return out.toString();
  }

  @CommandLine.Command
  private static final class Holder {
    @CommandLine.Mixin private Output output;
  }
}
