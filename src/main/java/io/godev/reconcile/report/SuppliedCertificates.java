package io.godev.reconcile.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Certificates that somebody else makes and renews, such as cert-manager, in a mounted Secret. */
public final class SuppliedCertificates implements CertificateSource {
  private final Path folder;

  /**
   * Certificates of a folder.
   *
   * @param folder with {@code ca.crt}, {@code tls.crt} and {@code tls.key}
   */
  public SuppliedCertificates(Path folder) {
    this.folder = folder;
  }

  @Override
  public Identity refresh() {
    var identity = new Identity(read("ca.crt"), read("tls.crt"), read("tls.key"));
    Certificates.certificates(identity.authorities());
    Certificates.certificates(identity.certificate());
    return identity;
  }

  private String read(String name) {
    try {
      return Files.readString(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException("GODEV_REPORT_CERTIFICATES: " + e, e);
    }
  }
}
