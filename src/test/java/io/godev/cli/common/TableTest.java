package io.godev.cli.common;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    assertThat(
            new Table("  ")
                .row("NAME", "AGE")
                .row("a-long-name", "5m", "more than the heading has")
                .row("b", null, "c")
                .row("d", "")
                .toString())
        .isEqualTo(
            """
              NAME          AGE
              a-long-name   5m    more than the heading has
              b                   c
              d"""
                .indent(2)
                .stripTrailing());
  }

  @Test
  void anEmptyTableSaysNothing() {
    assertThat(new Table("").isEmpty()).isTrue();
    assertThat(new Table("")).hasToString("");
  }
}
