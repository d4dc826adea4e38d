package io.godev.cli.check;

import io.godev.cli.Godev;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/** What a command said and how it ended. */
record Ran(int code, String out, String err) {

  static Ran godev(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var code =
        Godev.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Ran(code, out.toString(), err.toString());
  }

  static Ran godevWith(String input, String... arguments) {
    var before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return godev(arguments);
    } finally {
      System.setIn(before);
    }
  }
}
