package io.godev.reconcile;

import static io.godev.reconcile.Answers.failure;
import static io.godev.reconcile.Answers.requests;
import static io.godev.reconcile.Answers.stored;
import static io.godev.reconcile.Answers.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.godev.plan.Environments;
import io.godev.plan.HostVolume;
import io.godev.plan.Names;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which volumes of folders are removed; nobody gets back one that was removed in error. */
@EnableKubernetesMockClient
class HostVolumesTest {
  private static final String VOLUME = "/api/v1/persistentvolumes/godev-the-uid";
  private static final String ENVIRONMENT =
      "/apis/godev.io/v1alpha1/namespaces/team/godevenvironments/shop";

  KubernetesMockServer server;
  KubernetesClient client;

  @ParameterizedTest
  @ValueSource(strings = {"Released", "Failed"})
  void aVolumeWhoseClaimIsGoneIsRemoved(String phase) {
    // Given
    server.expect().delete().withPath(VOLUME).andReturn(200, success()).once();

    // When
    new HostVolumes(client).removeIfLeft(volume(phase));

    // Then
    assertThat(requests(server)).containsExactly("DELETE " + VOLUME);
  }

  @Test
  void aVolumeThatWasNeverBoundIsRemovedWithoutItsEnvironment() {
    // Given
    server.expect().get().withPath(ENVIRONMENT).andReturn(404, failure(404, "not found")).once();
    server.expect().delete().withPath(VOLUME).andReturn(200, success()).once();

    // When
    new HostVolumes(client).removeIfLeft(volume("Available"));

    // Then
    assertThat(requests(server)).containsExactly("GET " + ENVIRONMENT, "DELETE " + VOLUME);
  }

  @Test
  void aVolumeThatWaitsForTheClaimOfItsEnvironmentStays() {
    // Given
    server.expect().get().withPath(ENVIRONMENT).andReturn(200, Environments.environment("")).once();

    // When
    new HostVolumes(client).removeIfLeft(volume("Available"));

    // Then
    assertThat(requests(server)).containsExactly("GET " + ENVIRONMENT);
  }

  @ParameterizedTest
  @MethodSource
  void aVolumeThatOnlyCarriesTheLabelsStays(UnaryOperator<PersistentVolumeBuilder> change) {
    for (var phase : new String[] {"Released", "Available"}) {
      // When
      new HostVolumes(client)
          .removeIfLeft(change.apply(new PersistentVolumeBuilder(volume(phase))).build());
    }

    // Then
    assertThat(requests(server)).isEmpty();
  }

  static Stream<UnaryOperator<PersistentVolumeBuilder>> aVolumeThatOnlyCarriesTheLabelsStays() {
    return Stream.of(
        volume -> volume.editMetadata().withName("theirs").endMetadata(),
        volume -> volume.editMetadata().addToLabels(HostVolume.UID, "another").endMetadata(),
        volume -> volume.editMetadata().removeFromLabels(HostVolume.UID).endMetadata(),
        volume -> volume.editMetadata().removeFromLabels(HostVolume.NAMESPACE).endMetadata(),
        volume -> volume.editMetadata().removeFromLabels(Names.ENVIRONMENT).endMetadata(),
        volume ->
            volume.editSpec().withHostPath(null).withNewNfs("/", false, "nas.example").endSpec(),
        volume -> volume.editSpec().withClaimRef(null).endSpec(),
        volume -> volume.editSpec().editClaimRef().withName("theirs").endClaimRef().endSpec(),
        volume -> volume.editSpec().editClaimRef().withNamespace("other").endClaimRef().endSpec(),
        volume ->
            volume
                .editMetadata()
                .removeFromLabels(HostVolume.NAMESPACE)
                .endMetadata()
                .editSpec()
                .editClaimRef()
                .withNamespace(null)
                .endClaimRef()
                .endSpec());
  }

  private static PersistentVolume volume(String phase) {
    var planned =
        Environments.plan("source: {hostPath: {path: /srv/folders/shop}}").objects().stream()
            .filter(PersistentVolume.class::isInstance)
            .map(PersistentVolume.class::cast)
            .findFirst()
            .orElseThrow();
    return new PersistentVolumeBuilder(stored(planned))
        .withNewStatus()
        .withPhase(phase)
        .endStatus()
        .build();
  }
}
