package io.godev.api.v1alpha1;

/** Regular expressions (RE2) that more than one rule needs. */
final class Patterns {
  /**
   * Names of most objects. See <a
   * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names">DNS
   * Subdomain Names</a>.
   */
  static final String OBJECT_NAME =
      "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

  /** A time in UTC to the second (RFC 3339). */
  static final String TIME =
      "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}Z$";

  private Patterns() {}
}
