package io.godev.cli.project;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.regex.Pattern;

/** Words of a project in a YAML file, whatever they are. */
final class Scalar {
  // begins with no digit, so it is no number; has no space, so no ": " and no " #"
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z./][A-Za-z0-9_./@:+~-]*(?<!:)");
  // of YAML 1.1 too, which many tools read
  private static final Pattern RESERVED =
      Pattern.compile("(?i)true|false|null|yes|no|on|off|y|n|[.](inf|nan)|[.][0-9].*");
  private static final int LONGEST_COMMENT = 200;

  private Scalar() {}

  /** A value that is read as this text: in quotes where it would be read as something else. */
  static String of(String text) {
    return PLAIN.matcher(text).matches() && !RESERVED.matcher(text).matches()
        ? text
        // JSON is YAML
        : '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  /** Text that stays within the line of a comment. */
  static String comment(String text) {
    var line = text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029\\uFEFF]", "?");
    return line.length() <= LONGEST_COMMENT ? line : line.substring(0, LONGEST_COMMENT) + "…";
  }
}
