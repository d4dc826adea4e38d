package io.godev.reconcile.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificatesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final String HOST = "godev-operator.godev-system.svc";

  private final Certificates made = Certificates.create(HOST, NOW);

  @Test
  void theEndpointsCertificateIsSignedByTheAuthorityForTheHostAlone()
      throws GeneralSecurityException {
    // When
    var certificate = endpoint(made);

    // Then
    assertThatCode(() -> certificate.verify(authorities(made).get(0).getPublicKey()))
        .doesNotThrowAnyException();
    assertThat(certificate.getSubjectAlternativeNames()).containsExactly(List.of(2, HOST));
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(authorities(made).get(0).getBasicConstraints()).isZero();
  }

  @Test
  void theyHoldForAClockThatIsBehind() {
    assertThatCode(() -> endpoint(made).checkValidity(java.util.Date.from(NOW.minusSeconds(3000))))
        .doesNotThrowAnyException();
  }

  @Test
  void nothingIsRenewedBeforeItsTime() {
    assertThat(made.renewed(HOST, NOW)).isEmpty();
    assertThat(made.renewed(HOST, NOW.plus(Duration.ofDays(19)))).isEmpty();
  }

  @Test
  void theEndpointsIsRenewedByTheSameAuthorityWhenAThirdOfItsLifeIsLeft() {
    // When
    var renewed = made.renewed(HOST, NOW.plus(Duration.ofDays(21))).orElseThrow();

    // Then
    assertThat(renewed.authorities()).isEqualTo(made.authorities());
    assertThat(renewed.certificate()).isNotEqualTo(made.certificate());
    assertThatCode(() -> endpoint(renewed).verify(authorities(made).get(0).getPublicKey()))
        .doesNotThrowAnyException();
  }

  @Test
  void anotherHostGetsAnotherCertificate() throws GeneralSecurityException {
    // When
    var renewed = made.renewed("elsewhere.svc", NOW).orElseThrow();

    // Then
    assertThat(endpoint(renewed).getSubjectAlternativeNames())
        .containsExactly(List.of(2, "elsewhere.svc"));
  }

  @Test
  void aNewAuthorityIsTrustedBeforeItSignsAndTheOldOneAsLongAsItHolds() {
    // Given
    var late = NOW.plus(Duration.ofDays(4 * 365));

    // When
    var trusted = made.renewed(HOST, late).orElseThrow();
    var signed = trusted.renewed(HOST, late).orElseThrow();

    // Then
    assertThat(authorities(trusted)).hasSize(2).contains(authorities(made).get(0));
    assertThat(trusted.certificate()).isEqualTo(made.certificate());
    assertThatCode(() -> endpoint(signed).verify(authorities(trusted).get(0).getPublicKey()))
        .doesNotThrowAnyException();
    assertThat(signed.renewed(HOST, late)).isEmpty();
  }

  @Test
  void anAuthorityThatHasRunOutIsTrustedNoMore() {
    // When
    var renewed = made.renewed(HOST, NOW.plus(Duration.ofDays(6 * 365))).orElseThrow();

    // Then
    assertThat(authorities(renewed)).hasSize(1).doesNotContain(authorities(made).get(0));
  }

  @Test
  void whatIsNoCertificateIsRefused() {
    assertThatThrownBy(() -> Certificates.certificates(""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Certificates.certificates(made.key()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static X509Certificate endpoint(Certificates certificates) {
    return Certificates.certificates(certificates.certificate()).get(0);
  }

  private static List<X509Certificate> authorities(Certificates certificates) {
    return Certificates.certificates(certificates.authorities());
  }
}
