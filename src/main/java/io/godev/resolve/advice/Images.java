package io.godev.resolve.advice;

import io.godev.resolve.ResolvedEnvironment;
import java.util.regex.Pattern;

/** What the name of an image tells. The patterns mean the same in Java and in RE2. */
final class Images {
  /** No digest, and no tag or latest. */
  static final String FLOATING = "(^|/)[^/:@]+(:latest)?$";

  /** Alpine, in the image's own name or its tag. */
  static final String ALPINE = "(^|/)[^/]*alpine[^/]*$";

  private static final Pattern IS_FLOATING = Pattern.compile(FLOATING);
  private static final Pattern IS_ALPINE = Pattern.compile(ALPINE);

  private Images() {}

  static boolean isFloating(ResolvedEnvironment environment) {
    return IS_FLOATING.matcher(environment.spec().go().image()).find();
  }

  static boolean isAlpine(ResolvedEnvironment environment) {
    return IS_ALPINE.matcher(environment.spec().go().image()).find();
  }
}
