package io.godev.cli.check;

import java.util.HashMap;
import java.util.Map;

/** Where fields are in a file, by their paths. */
final class Positions {
  /** A line and a column, both from 1. */
  record Position(int line, int column) {}

  private final Map<String, Position> byPath = new HashMap<>();

  void put(String path, int line, int column) {
    byPath.put(path, new Position(line, column));
  }

  /** Where the field is, or, if it is left out, what would hold it. */
  Position of(String path) {
    for (var name = path; ; name = parent(name)) {
      var found = byPath.get(name);
      if (found != null) {
        return found;
      }
      if (name.isEmpty()) {
        return new Position(1, 1);
      }
    }
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
  }

  /**
   * Path of a member; names with dots are in brackets, as in {@code metadata.annotations[a.b/c]}.
   */
  static String member(String path, String name) {
    if (name.matches("[A-Za-z_][A-Za-z0-9_-]*")) {
      return path.isEmpty() ? name : path + "." + name;
    }
    return path + "[" + name + "]";
  }
}
