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
import java.util.List;
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

  @Test
  void aClaimThatIsToStayLosesWhatAsksForAnArchive() {
    // Given
    var kept = planned(PersistentVolumeClaim.class, "");
    var asking = planned(PersistentVolumeClaim.class, "storage: {onDelete: Archive}");
    var theirs =
        new PersistentVolumeClaimBuilder(asking)
            .editMetadata()
            .addToLabels("team", "shop")
            .addToAnnotations("theirs", "too")
            .endMetadata()
            .build();

    // When
    var after = overlay.of(theirs, kept).getMetadata();

    // Then
    assertThat(after.getLabels())
        .containsEntry("team", "shop")
        .doesNotContainKeys("godev.io/on-delete", "godev.io/uid");
    assertThat(after.getAnnotations()).isEqualTo(Map.of("theirs", "too"));
    assertThat(overlay.of(kept, asking).getMetadata().getLabels())
        .containsEntry("godev.io/on-delete", "Archive")
        .containsEntry("godev.io/uid", "the-uid");
    assertThat(overlay.of(asking, asking)).isNull();
    assertThat(overlay.of(kept, kept)).isNull();
  }

  @Test
  void nothingHasDriftedOnceTheServerFilledItsDefaultsIn() {
    // Given
    var planned =
        plan("source: {files: {go.mod: m, cmd/a.go: a}}\n"
                + "run: {ports: [{name: http, containerPort: 80, expose: LoadBalancer},"
                + " {name: dns, containerPort: 53, protocol: UDP}]}\n"
                + "storage: {workspace: {size: 1024Mi, storageClassName: fast}, onDelete: Delete}")
            .objects();

    // When
    var drifted = planned.stream().filter(object -> overlay.of(filled(object), object) != null);

    // Then
    assertThat(planned).hasSize(6);
    assertThat(drifted).isEmpty();
  }

  @Test
  void aPortKeepsItsNodePortWhenTheOneBeforeItGoes() {
    // Given
    var ports =
        "run: {ports: [{name: http, containerPort: 8080, expose: %s},"
            + " {name: grpc, containerPort: 9090, expose: LoadBalancer}]}";
    var present = external(ports.formatted("LoadBalancer"));
    present.getSpec().getPorts().get(0).setNodePort(30001);
    present.getSpec().getPorts().get(1).setNodePort(30002);

    // When
    var after = overlay.of(present, external(ports.formatted("Cluster")));

    // Then
    assertThat(after.getSpec().getPorts())
        .singleElement()
        .satisfies(
            port -> {
              assertThat(port.getName()).isEqualTo("grpc");
              assertThat(port.getPort()).isEqualTo(9090);
              assertThat(port.getNodePort()).isEqualTo(30002);
            });
  }

  @Test
  void fieldsThatThePlanDoesNotSpeakOfStayWhenAClaimGrows() {
    // Given
    var present = filled(planned(PersistentVolumeClaim.class, ""));
    present.getMetadata().setFinalizers(List.of("kubernetes.io/pvc-protection"));

    // When
    var grown =
        overlay.of(
            present, planned(PersistentVolumeClaim.class, "storage: {workspace: {size: 3Gi}}"));

    // Then
    assertThat(grown.getSpec().getResources().getRequests())
        .containsEntry("storage", new Quantity("3Gi"));
    assertThat(grown.getSpec().getVolumeName()).isEqualTo("pv-1");
    assertThat(grown.getSpec().getStorageClassName()).isEqualTo("standard");
    assertThat(grown.getMetadata().getAnnotations())
        .containsEntry("pv.kubernetes.io/bind-completed", "yes");
    assertThat(grown.getMetadata().getFinalizers()).containsExactly("kubernetes.io/pvc-protection");
  }

  private static Service external(String spec) {
    return plan(spec).objects().stream()
        .filter(object -> object.getMetadata().getName().equals("shop-external"))
        .map(Service.class::cast)
        .findFirst()
        .orElseThrow();
  }

  /** What the API server and the controllers fill in, for every kind there is. */
  @SuppressWarnings("unchecked")
  private static <T extends HasMetadata> T filled(T planned) {
    if (planned instanceof Service service) {
      var filled = defaulted(service);
      if (service.getSpec().getType().equals("LoadBalancer")) {
        filled.getSpec().setExternalTrafficPolicy("Cluster");
        filled.getSpec().setAllocateLoadBalancerNodePorts(true);
        filled.getSpec().getPorts().forEach(port -> port.setNodePort(30000 + port.getPort()));
      }
      return (T) filled;
    }
    var copy = new KubernetesSerialization().clone(planned);
    copy.getMetadata().setResourceVersion("7");
    copy.getMetadata().setUid("an-object");
    if (copy instanceof PersistentVolumeClaim claim) {
      claim.getMetadata().setAnnotations(Map.of("pv.kubernetes.io/bind-completed", "yes"));
      claim.getSpec().setVolumeName("pv-1");
      claim.getSpec().setVolumeMode("Filesystem");
      if (claim.getSpec().getStorageClassName() == null) {
        claim.getSpec().setStorageClassName("standard");
      }
      var requests = claim.getSpec().getResources().getRequests();
      if (requests.get("storage").equals(new Quantity("1024Mi"))) {
        // the API server writes amounts its own way
        claim.getSpec().getResources().setRequests(Map.of("storage", new Quantity("1Gi")));
      }
    }
    return copy;
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
