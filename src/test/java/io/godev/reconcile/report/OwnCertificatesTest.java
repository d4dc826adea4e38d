package io.godev.reconcile.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.godev.HandClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EnableKubernetesMockClient(crud = true)
class OwnCertificatesTest {
  private static final String NAMESPACE = "godev-system";

  private final HandClock clock = new HandClock();
  KubernetesClient client;
  @TempDir Path folder;

  @BeforeEach
  void theInstallationBringsAnEmptySecret() {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(OwnCertificates.SECRET)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .build())
        .create();
  }

  @Test
  void theFirstFillsTheSecretAndTheOthersReadIt() {
    // When
    var first = certificates().refresh();
    var version = version();
    var second = certificates().refresh();

    // Then
    assertThat(second).isEqualTo(first);
    assertThat(version()).isEqualTo(version);
  }

  @Test
  void aLookThatFindsThemGoodWritesNothing() {
    // Given
    certificates().refresh();
    var version = version();

    // When
    certificates().refresh();

    // Then
    assertThat(version()).isEqualTo(version);
  }

  @Test
  void whatIsDueIsRenewed() {
    // Given
    var first = certificates().refresh();

    // When
    clock.pass(Duration.ofDays(25));
    var renewed = certificates().refresh();

    // Then
    assertThat(renewed.certificate()).isNotEqualTo(first.certificate());
    assertThat(renewed.authorities()).isEqualTo(first.authorities());
  }

  @Test
  void aSecretThatNobodyCanReadIsWrittenAnew() {
    // Given
    client
        .secrets()
        .inNamespace(NAMESPACE)
        .withName(OwnCertificates.SECRET)
        .edit(
            secret ->
                new SecretBuilder(secret)
                    .withData(
                        Map.of(
                            "ca.crt", "eA==", "ca.key", "eA==", "tls.crt", "eA==", "tls.key", ""))
                    .build());

    // Then
    assertThat(certificates().refresh().authorities()).contains("BEGIN CERTIFICATE");
  }

  @Test
  void withoutTheSecretItSaysWhatToApply() {
    // Given
    client.secrets().inNamespace(NAMESPACE).withName(OwnCertificates.SECRET).delete();

    // Then
    assertThatThrownBy(() -> certificates().refresh())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("apply the installation of this release again");
  }

  @Test
  void suppliedOnesAreTakenAsTheyAreAndCheckedFirst() throws java.io.IOException {
    // Given
    var own = certificates().refresh();
    Files.writeString(folder.resolve("ca.crt"), own.authorities());
    Files.writeString(folder.resolve("tls.crt"), own.certificate());
    Files.writeString(folder.resolve("tls.key"), own.key());

    // Then
    assertThat(new SuppliedCertificates(folder).refresh()).isEqualTo(own);
    Files.writeString(folder.resolve("tls.crt"), "nothing");
    assertThatThrownBy(() -> new SuppliedCertificates(folder).refresh())
        .isInstanceOf(IllegalArgumentException.class);
    Files.delete(folder.resolve("tls.crt"));
    assertThatThrownBy(() -> new SuppliedCertificates(folder).refresh())
        .hasMessageContaining("GODEV_REPORT_CERTIFICATES");
  }

  private OwnCertificates certificates() {
    return new OwnCertificates(client, NAMESPACE, "godev-operator.godev-system.svc", clock);
  }

  private String version() {
    return client
        .secrets()
        .inNamespace(NAMESPACE)
        .withName(OwnCertificates.SECRET)
        .get()
        .getMetadata()
        .getResourceVersion();
  }
}
