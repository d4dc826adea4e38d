package io.godev.resolve.advice;

/** How much an advice matters. */
public enum Severity {
  /** Worth knowing; many have a reason to leave it so. */
  Info,
  /** It will cost time, or fail. */
  Warning
}
