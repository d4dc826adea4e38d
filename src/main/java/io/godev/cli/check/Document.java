package io.godev.cli.check;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A document of the API's group.
 *
 * @param file as it was named, - for standard input
 * @param prefix path of the object in its document, empty unless it is in a List
 * @param twice paths of fields that are there more than once
 */
record Document(
    String file, ObjectNode object, Positions positions, String prefix, List<String> twice) {

  /** Name of the environment, for people. */
  String name() {
    return object.path("metadata").path("name").asText("(no name)");
  }

  Positions.Position position(String field) {
    return positions.of(prefix.isEmpty() ? field : field.isEmpty() ? prefix : prefix + "." + field);
  }
}
