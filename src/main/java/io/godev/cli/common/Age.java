package io.godev.cli.common;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** How long ago something was, as kubectl says it: 42s, 5m, 3h, 12d. */
public final class Age {
  private Age() {}

  /** Between a time in RFC 3339 and now; empty for a time that is none. */
  public static String of(String time, Instant now) {
    if (time == null) {
      return "";
    }
    try {
      return of(Duration.between(Instant.parse(time), now));
    } catch (DateTimeParseException e) {
      return "";
    }
  }

  static String of(Duration age) {
    var seconds = Math.max(0, age.toSeconds());
    if (seconds < 120) {
      return seconds + "s";
    }
    if (seconds < 7200) {
      return seconds / 60 + "m";
    }
    return seconds < 172_800 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
  }
}
