package io.godev.plan.fleet;

/** Texts of others, in places with little room. */
public final class Texts {
  private static final int LIMIT = 300;

  private Texts() {}

  /** The text, or its beginning. */
  public static String shortened(String text) {
    return text.length() <= LIMIT ? text : text.substring(0, LIMIT - 1) + "…";
  }
}
