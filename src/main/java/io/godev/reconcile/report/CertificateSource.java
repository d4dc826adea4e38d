package io.godev.reconcile.report;

/** Where the certificates of the report's endpoint come from. */
public interface CertificateSource {
  /**
   * What the endpoint serves with, and what the runtime trusts it by; each in PEM.
   *
   * @param authorities that are trusted
   * @param certificate of the endpoint, with its chain
   * @param key of the certificate, PKCS #8
   */
  record Identity(String authorities, String certificate, String key) {}

  /**
   * Looks again, and renews what is due.
   *
   * @return what is good now
   * @throws RuntimeException if nothing can be had, or what there is cannot be used
   */
  Identity refresh();
}
