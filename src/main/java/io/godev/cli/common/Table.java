package io.godev.cli.common;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Rows of columns, each as wide as its widest cell, as kubectl prints them. */
public final class Table {
  private static final String GAP = "   ";

  private final String indent;
  private final List<List<String>> rows = new ArrayList<>();

  /** A table whose lines begin with {@code indent}. */
  public Table(String indent) {
    this.indent = indent;
  }

  /** Adds a row; null is an empty cell. */
  public Table row(String... cells) {
    rows.add(
        java.util.Arrays.stream(cells).map(cell -> Objects.requireNonNullElse(cell, "")).toList());
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The lines, without a line end at the last one. */
  @Override
  public String toString() {
    return rows.stream().map(this::line).collect(Collectors.joining("\n"));
  }

  private String line(List<String> cells) {
    var line = new StringBuilder(indent);
    for (var column = 0; column < cells.size(); column++) {
      var cell = cells.get(column);
      line.append(cell);
      if (column < cells.size() - 1) {
        line.append(" ".repeat(width(column) - cell.length())).append(GAP);
      }
    }
    return line.toString().stripTrailing();
  }

  private int width(int column) {
    return rows.stream()
        .filter(row -> column < row.size())
        .mapToInt(row -> row.get(column).length())
        .max()
        .orElse(0);
  }
}
