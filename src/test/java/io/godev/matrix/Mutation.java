package io.godev.matrix;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A valid environment with one field made otherwise.
 *
 * @param field what is changed
 * @param what how, in a word or two, such as {@code too long}
 * @param base name of the valid environment
 * @param environment the changed one
 */
public record Mutation(Field field, String what, String base, ObjectNode environment) {
  private static final Path BASES = Path.of("src/test/resources/matrix");

  /** Valid environments by name: source kinds exclude each other, so there is one of each. */
  public static Map<String, ObjectNode> bases() {
    try (var files = Files.list(BASES)) {
      return files.collect(
          Collectors.toMap(
              file -> file.getFileName().toString().replace(".yaml", ""),
              Mutation::read,
              (one, other) -> one,
              TreeMap::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode read(Path file) {
    try {
      return (ObjectNode) new YAMLMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every mutation of the field, on each base that has it set. */
  public static List<Mutation> of(Field field) {
    return bases().entrySet().stream()
        .filter(base -> field.in(base.getValue()).isPresent())
        .flatMap(base -> of(field, base.getKey(), base.getValue()))
        .toList();
  }

  private static Stream<Mutation> of(Field field, String name, ObjectNode base) {
    var place = field.in(base).orElseThrow();
    var values =
        Values.of(field, base.at(place)).entrySet().stream()
            .map(
                value ->
                    new Mutation(field, value.getKey(), name, set(base, place, value.getValue())));
    return Stream.concat(
        Stream.of(new Mutation(field, "absent", name, remove(base, place))), values);
  }

  private static ObjectNode set(ObjectNode base, JsonPointer place, JsonNode value) {
    var copy = base.deepCopy();
    if (copy.at(place.head()) instanceof ArrayNode list) {
      list.set(place.last().getMatchingIndex(), value);
    } else {
      ((ObjectNode) copy.at(place.head())).set(place.last().getMatchingProperty(), value);
    }
    return copy;
  }

  private static ObjectNode remove(ObjectNode base, JsonPointer place) {
    var copy = base.deepCopy();
    if (copy.at(place.head()) instanceof ArrayNode list) {
      list.remove(place.last().getMatchingIndex());
    } else {
      ((ObjectNode) copy.at(place.head())).remove(place.last().getMatchingProperty());
    }
    return copy;
  }

  @Override
  public String toString() {
    return "%s %s (on %s)".formatted(field, what, base);
  }
}
