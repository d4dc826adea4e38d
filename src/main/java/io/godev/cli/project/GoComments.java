package io.godev.cli.project;

/** Go source without its comments; strings that look like some are kept. */
final class GoComments {
  private GoComments() {}

  /** The source; a block comment becomes a space, as the language has it, or its line ends. */
  static String without(String source) {
    var out = new StringBuilder(source.length());
    var i = 0;
    while (i < source.length()) {
      var c = source.charAt(i);
      if (source.startsWith("//", i)) {
        i = endOfLine(source, i);
      } else if (source.startsWith("/*", i)) {
        var end = source.indexOf("*/", i + 2);
        var next = end < 0 ? source.length() : end + 2;
        out.append(source.substring(i, next).contains("\n") ? '\n' : ' ');
        i = next;
      } else if (c == '"' || c == '`' || c == '\'') {
        var next = endOfLiteral(source, i);
        out.append(source, i, next);
        i = next;
      } else {
        out.append(c);
        i++;
      }
    }
    return out.toString();
  }

  private static int endOfLine(String source, int from) {
    var end = source.indexOf('\n', from);
    return end < 0 ? source.length() : end;
  }

  private static int endOfLiteral(String source, int from) {
    var quote = source.charAt(from);
    for (var i = from + 1; i < source.length(); i++) {
      var c = source.charAt(i);
      if (c == '\\' && quote != '`') {
        i++;
      } else if (c == quote) {
        return i + 1;
      } else if (c == '\n' && quote != '`') {
        // no valid literal: the rest is read on as it is
        return i;
      }
    }
    return source.length();
  }
}
