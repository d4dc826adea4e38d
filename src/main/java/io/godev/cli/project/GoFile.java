package io.godev.cli.project;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What one Go file shows without a compiler.
 *
 * @param text without comments
 */
record GoFile(String text, String constraints) {
  // spaces of one line alone: \s would take a file of empty lines a line's time squared
  private static final Pattern PACKAGE =
      Pattern.compile("^[ \\t]*package\\s+(\\w+)", Pattern.MULTILINE);
  private static final Pattern MAIN =
      Pattern.compile("^func\\s+main\\s*\\(\\s*\\)", Pattern.MULTILINE);
  private static final Pattern CGO =
      Pattern.compile("^[ \\t]*(?:import[ \\t]+)?\"C\"[ \\t]*;?[ \\t]*$", Pattern.MULTILINE);
  private static final Pattern EMBED = Pattern.compile("^//go:embed[ \\t]+\\S", Pattern.MULTILINE);
  private static final Pattern IGNORED =
      Pattern.compile(
          "^//go:build[ \\t]+ignore[ \\t]*$|^// ?\\+build[ \\t]+ignore[ \\t]*$", Pattern.MULTILINE);

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  // of an address to listen on; a name in front of the colon is another machine's
  private static final Pattern ANYWHERE =
      Pattern.compile("\"(?:0\\.0\\.0\\.0|\\[::])?:(\\d{2,5})\"");
  private static final Pattern LOOPBACK =
      Pattern.compile("\"(?:127\\.0\\.0\\.1|localhost|\\[::1]):(\\d{2,5})\"");
  private static final Pattern LISTENS = Pattern.compile("\\bListen\\w*\\(|\\bAddr:");
  // getenv("PORT", "8080"), flag.Int("port", 8080, …), port := "8080", const defaultPort = 8080
  private static final Pattern DEFAULT =
      Pattern.compile("(?i)\\b\\w*port\"?\\s*(?:,|:?=)\\s*\"?:?(\\d{2,5})\\b(?!\\.)");
  private static final Pattern VARIABLE =
      Pattern.compile("(?:Getenv|LookupEnv)\\(\\s*\"(PORT)\"\\s*\\)");

  static GoFile of(String file) {
    // the go command allows the mark at the beginning
    var source = file.startsWith(BYTE_ORDER_MARK) ? file.substring(1) : file;
    return new GoFile(GoComments.without(source), source);
  }

  /** Whether the go command leaves it out unless it is named. */
  boolean isIgnored() {
    return IGNORED.matcher(head()).find();
  }

  String packageName() {
    var name = PACKAGE.matcher(text);
    return name.find() ? name.group(1) : "";
  }

  boolean hasMain() {
    return packageName().equals("main") && MAIN.matcher(text).find();
  }

  boolean usesCgo() {
    return CGO.matcher(text).find();
  }

  boolean embeds() {
    return EMBED.matcher(constraints).find();
  }

  /** Whether it listens where nobody outside its own machine reaches it. */
  boolean listensOnLoopback() {
    return LISTENS.matcher(text).find() && LOOPBACK.matcher(text).find();
  }

  /** Numbers of ports it seems to listen on, as they stand in the file. */
  Set<Integer> ports() {
    Set<Integer> ports = new LinkedHashSet<>();
    collect(ANYWHERE, ports);
    collect(DEFAULT, ports);
    if (listensOnLoopback()) {
      collect(LOOPBACK, ports);
    }
    return ports;
  }

  /** The environment variable it reads its port from; empty without one. */
  Optional<String> portVariable() {
    var variable = VARIABLE.matcher(text);
    return variable.find() ? Optional.of(variable.group(1)) : Optional.empty();
  }

  private void collect(Pattern pattern, Set<Integer> ports) {
    var found = pattern.matcher(text);
    while (found.find()) {
      var number = Integer.parseInt(found.group(1));
      if (number >= 80 && number <= 65_535) {
        ports.add(number);
      }
    }
  }

  // constraints stand before the package clause
  private String head() {
    var clause = PACKAGE.matcher(constraints);
    return clause.find() ? constraints.substring(0, clause.start()) : constraints;
  }
}
