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

  private Patterns() {}
}
