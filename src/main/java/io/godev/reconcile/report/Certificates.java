package io.godev.reconcile.report;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The certificates of the report's endpoint, each in PEM.
 *
 * @param authorities the authorities that are trusted, the one that signs first
 * @param authorityKey key of the first of them
 * @param certificate of the endpoint
 * @param key of the endpoint's certificate
 */
record Certificates(String authorities, String authorityKey, String certificate, String key) {
  private static final Duration AUTHORITY_LIFE = Duration.ofDays(5 * 365);
  private static final Duration LIFE = Duration.ofDays(30);
  // a node's clock may be behind
  private static final Duration EARLIER = Duration.ofHours(1);
  private static final String SIGNATURE = "SHA256withECDSA";

  private record Pair(X509Certificate certificate, PrivateKey key) {}

  /** A new authority, and a certificate of the host by it. */
  static Certificates create(String host, Instant now) {
    var authority = authority(now);
    var endpoint = endpoint(host, authority, now);
    return new Certificates(
        pem(authority.certificate()),
        pem(authority.key()),
        pem(endpoint.certificate()),
        pem(endpoint.key()));
  }

  /**
   * What they have to become; empty as long as they are good.
   *
   * <p>A new authority is trusted before anything is signed by it: the certificate in use stays
   * until its own time has come, and the last authority is trusted until it has run out.
   */
  Optional<Certificates> renewed(String host, Instant now) {
    var trusted = certificates(authorities);
    if (isDue(trusted.get(0), now)) {
      var next = authority(now);
      List<X509Certificate> all = new ArrayList<>(List.of(next.certificate()));
      trusted.stream().filter(old -> now.isBefore(end(old))).forEach(all::add);
      return Optional.of(
          new Certificates(
              String.join("", all.stream().map(Certificates::pem).toList()),
              pem(next.key()),
              certificate,
              key));
    }
    var own = certificates(certificate).get(0);
    if (!isDue(own, now) && isOf(host, own)) {
      return Optional.empty();
    }
    var endpoint = endpoint(host, new Pair(trusted.get(0), privateKey(authorityKey)), now);
    return Optional.of(
        new Certificates(
            authorities, authorityKey, pem(endpoint.certificate()), pem(endpoint.key())));
  }

  // when a third of its life is left
  private static boolean isDue(X509Certificate certificate, Instant now) {
    var begin = certificate.getNotBefore().toInstant();
    var life = Duration.between(begin, end(certificate));
    return now.isAfter(begin.plus(life.multipliedBy(2).dividedBy(3)));
  }

  private static Instant end(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant();
  }

  private static boolean isOf(String host, X509Certificate certificate) {
    try {
      var names = certificate.getSubjectAlternativeNames();
      return names != null && names.stream().anyMatch(name -> host.equals(name.get(1)));
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Pair authority(Instant now) {
    try {
      var keys = keys();
      var name = new X500Name("CN=godev-operator report " + now);
      var builder =
          builder(name, name, keys.getPublic(), now, AUTHORITY_LIFE)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
              .addExtension(
                  Extension.subjectKeyIdentifier,
                  false,
                  new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
      return new Pair(signed(builder.build(signer(keys.getPrivate()))), keys.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
      throw new IllegalStateException("every Java has P-256 and SHA-256", e);
    }
  }

  private static Pair endpoint(String host, Pair authority, Instant now) {
    try {
      var keys = keys();
      var issuer = new X500Name(authority.certificate().getSubjectX500Principal().getName());
      var builder =
          builder(issuer, new X500Name("CN=godev-operator"), keys.getPublic(), now, LIFE)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
              .addExtension(
                  Extension.extendedKeyUsage,
                  false,
                  new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  new JcaX509ExtensionUtils()
                      .createAuthorityKeyIdentifier(authority.certificate().getPublicKey()))
              .addExtension(
                  Extension.subjectAlternativeName,
                  false,
                  new GeneralNames(new GeneralName(GeneralName.dNSName, host)));
      return new Pair(signed(builder.build(signer(authority.key()))), keys.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
      throw new IllegalStateException("every Java has P-256 and SHA-256", e);
    }
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, Instant now, Duration life) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(127, new SecureRandom()),
        Date.from(now.minus(EARLIER)),
        Date.from(now.plus(life)),
        subject,
        key);
  }

  private static ContentSigner signer(PrivateKey key) throws OperatorCreationException {
    return new JcaContentSignerBuilder(SIGNATURE).build(key);
  }

  private static X509Certificate signed(X509CertificateHolder certificate)
      throws GeneralSecurityException {
    return new JcaX509CertificateConverter().getCertificate(certificate);
  }

  private static KeyPair keys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static String pem(PrivateKey key) {
    try {
      // PKCS #8, which every TLS library reads
      return pem((Object) new JcaPKCS8Generator(key, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String pem(Object object) {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /**
   * The certificates of a PEM text.
   *
   * @throws IllegalArgumentException if it holds none
   */
  static List<X509Certificate> certificates(String pem) {
    List<X509Certificate> found = new ArrayList<>();
    try (var parser = new PEMParser(new StringReader(pem))) {
      for (var object = parser.readObject(); object != null; object = parser.readObject()) {
        found.add(signed((X509CertificateHolder) object));
      }
    } catch (IOException | GeneralSecurityException | ClassCastException e) {
      throw new IllegalArgumentException("not certificates in PEM", e);
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException("no certificate in PEM");
    }
    return found;
  }

  private static PrivateKey privateKey(String pem) {
    try (var parser = new PEMParser(new StringReader(pem))) {
      return new JcaPEMKeyConverter().getPrivateKey((PrivateKeyInfo) parser.readObject());
    } catch (IOException | ClassCastException e) {
      throw new IllegalArgumentException("not a PKCS #8 key in PEM", e);
    }
  }
}
