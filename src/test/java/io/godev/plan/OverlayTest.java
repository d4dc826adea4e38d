package io.godev.plan;

import static io.godev.plan.Environments.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OverlayTest {
  private static final String PORT = "run: {ports: [{name: http, containerPort: 8080}]}";

  private final Overlay overlay = new Overlay(new KubernetesSerialization());

  @Test
  void anObjectAsPlannedWithTheServersDefaultsIsNotWritten() {
    // Given
    var planned = planned(Service.class, PORT);

    // Then
    assertThat(overlay.of(defaulted(planned), planned)).isNull();
  }

  @Test
  void whatOthersAddedIsKeptWhenTheRestIsRepaired() {
    // Given
    var planned = planned(Service.class, PORT);
    var drifted = defaulted(planned);
    drifted.getMetadata().setAnnotations(Map.of("theirs", "kept"));
    drifted.getMetadata().getLabels().put("theirs", "kept");
    drifted.getSpec().setSelector(Map.of("godev.io/environment", "somebody-else"));

    // When
    var repaired = overlay.of(drifted, planned);

    // Then
    assertThat(repaired.getSpec().getSelector()).containsEntry("godev.io/environment", "shop");
    assertThat(repaired.getSpec().getClusterIP()).isEqualTo("10.0.0.1");
    assertThat(repaired.getMetadata().getAnnotations()).containsEntry("theirs", "kept");
    assertThat(repaired.getMetadata().getLabels()).containsEntry("theirs", "kept");
    assertThat(repaired.getMetadata().getResourceVersion()).isEqualTo("7");
    assertThat(overlay.of(repaired, planned)).isNull();
  }

  @Test
  void aPortThatIsPlannedNoMoreGoes() {
    // Given
    var before =
        planned(
            Service.class,
            "run: {ports: [{name: http, containerPort: 8080}, {name: admin, containerPort: 9090}]}");

    // When
    var after = overlay.of(defaulted(before), planned(Service.class, PORT));

    // Then
    assertThat(after.getSpec().getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getName()).isEqualTo("http"));
  }

  @Test
  void aPolicyOpensNothingThatIsExposedNoMore() {
    // Given
    var open = planned(NetworkPolicy.class, PORT);

    // When
    var closed = overlay.of(open, planned(NetworkPolicy.class, ""));

    // Then
    assertThat(closed.getSpec().getIngress()).isEmpty();
    assertThat(closed.getSpec().getPolicyTypes()).containsExactly("Ingress");
  }

  @Test
  void aFileThatIsPlannedNoMoreGoes() {
    // Given
    var before = planned(ConfigMap.class, "source: {files: {go.mod: m, a.go: a, b.go: b}}");

    // When
    var after =
        overlay.of(before, planned(ConfigMap.class, "source: {files: {go.mod: m, a.go: a}}"));

    // Then
    assertThat(after.getData()).hasSize(2);
  }

  @Test
  void aClaimGrowsAndNeverShrinks() {
    // Given
    var small = planned(PersistentVolumeClaim.class, "storage: {workspace: {size: 1Gi}}");
    var large = planned(PersistentVolumeClaim.class, "storage: {workspace: {size: 2Gi}}");

    // Then
    assertThat(overlay.of(small, large).getSpec().getResources().getRequests())
        .containsEntry("storage", new Quantity("2Gi"));
    assertThat(overlay.of(large, small)).isNull();
  }

  @Test
  void theSameSizeWrittenOtherwiseIsNotWritten() {
    // Given
    var present =
        new PersistentVolumeClaimBuilder(planned(PersistentVolumeClaim.class, ""))
            .editSpec()
            .withVolumeName("pv-1")
            .withStorageClassName("standard")
            .withVolumeMode("Filesystem")
            .endSpec()
            .build();

    // Then
    assertThat(
            overlay.of(
                present,
                planned(PersistentVolumeClaim.class, "storage: {workspace: {size: 2048Mi}}")))
        .isNull();
  }

  @Test
  void aClaimGetsAndLosesItsOwnerWithOnDelete() {
    // Given
    var kept = planned(PersistentVolumeClaim.class, "");
    var owned = planned(PersistentVolumeClaim.class, "storage: {onDelete: Delete}");

    // Then
    assertThat(overlay.of(kept, owned).getMetadata().getOwnerReferences()).hasSize(1);
    assertThat(overlay.of(owned, kept).getMetadata().getOwnerReferences()).isEmpty();
  }

  private static <T extends HasMetadata> T planned(Class<T> kind, String spec) {
    return plan(spec).objects().stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .findFirst()
        .orElseThrow();
  }

  /** What the API server fills in. */
  private static Service defaulted(Service planned) {
    return new ServiceBuilder(planned)
        .editMetadata()
        .withResourceVersion("7")
        .withUid("service")
        .withCreationTimestamp("2026-01-01T12:00:00Z")
        .endMetadata()
        .editSpec()
        .withClusterIP("10.0.0.1")
        .withClusterIPs("10.0.0.1")
        .withInternalTrafficPolicy("Cluster")
        .withIpFamilies("IPv4")
        .withIpFamilyPolicy("SingleStack")
        .withSessionAffinity("None")
        .endSpec()
        .withNewStatus()
        .withNewLoadBalancer()
        .endLoadBalancer()
        .endStatus()
        .build();
  }
}
