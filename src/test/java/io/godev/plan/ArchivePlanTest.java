package io.godev.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The claim and the Job that a workspace is archived with. */
class ArchivePlanTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  @Test
  void theJobIsRestrictedReadsTheWorkspaceAndKnowsNobody() {
    // Given
    var workspace =
        workspace(
            "securityContext: {runAsUser: 1234, runAsGroup: 99, fsGroup: 5678,"
                + " capabilities: {add: [NET_BIND_SERVICE]}}\n"
                + "storage: {onDelete: Archive}");

    // When
    var plan = ArchivePlan.of(workspace, Environments.DEFAULTS);

    // Then
    var name = plan.claim().getMetadata().getName();
    assertThat(name).matches("shop-archive-[0-9a-f]{8}");
    assertThat(YAML.asYaml(plan.job().getSpec().getTemplate().getSpec()).replace("---\n", ""))
        .isEqualToNormalizingNewlines(
            """
            automountServiceAccountToken: false
            containers:
            - args:
              - "archive"
              - "--to=/etc/godev/archive"
              - "--environment=shop"
              command:
              - "/godevd"
              image: "registry.example/godev-runtime:1"
              imagePullPolicy: "IfNotPresent"
              name: "archive"
              resources:
                limits:
                  cpu: "1"
                  memory: "256Mi"
                requests:
                  cpu: "100m"
                  memory: "64Mi"
              securityContext:
                allowPrivilegeEscalation: false
                capabilities:
                  drop:
                  - "ALL"
                readOnlyRootFilesystem: true
                runAsNonRoot: true
              volumeMounts:
              - mountPath: "/workspace"
                name: "workspace"
                readOnly: true
              - mountPath: "/etc/godev/archive"
                name: "archive"
            enableServiceLinks: false
            restartPolicy: "Never"
            securityContext:
              fsGroup: 5678
              fsGroupChangePolicy: "OnRootMismatch"
              runAsGroup: 99
              runAsNonRoot: true
              runAsUser: 1234
              seccompProfile:
                type: "RuntimeDefault"
            volumes:
            - name: "workspace"
              persistentVolumeClaim:
                claimName: "shop-workspace"
            - name: "archive"
              persistentVolumeClaim:
                claimName: "%s"
            """
                .formatted(name));
    var spec = plan.job().getSpec();
    assertThat(spec.getBackoffLimit()).isEqualTo(1);
    assertThat(spec.getTtlSecondsAfterFinished()).isPositive();
    assertThat(spec.getActiveDeadlineSeconds()).isEqualTo(1800 + 3 * 120);
    // what is taken for an environment's pod would be refused to the Job
    assertThat(spec.getTemplate().getMetadata().getLabels())
        .isEqualTo(Map.of("godev.io/archive-of", "shop"));
    assertThat(plan.job().getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(owner -> assertThat(owner.getUid()).isEqualTo("claim-uid"));
  }

  @Test
  void anArchiveIsAsLargeAsTheWorkspaceWasMadeAndNobodysChild() {
    // Given
    var workspace =
        new PersistentVolumeClaimBuilder(workspace("storage: {onDelete: Archive}"))
            .editSpec()
            .withStorageClassName("fast")
            .endSpec()
            .withNewStatus()
            .addToCapacity("storage", new Quantity("8Gi"))
            .endStatus()
            .build();

    // When
    var claim = ArchivePlan.of(workspace, Environments.DEFAULTS).claim();

    // Then
    assertThat(claim.getSpec().getStorageClassName()).isEqualTo("fast");
    assertThat(claim.getSpec().getResources().getRequests())
        .isEqualTo(Map.of("storage", new Quantity("8Gi")));
    assertThat(claim.getMetadata().getOwnerReferences()).isEmpty();
    // without the name of the environment, which it would be taken for a volume of
    assertThat(claim.getMetadata().getLabels())
        .isEqualTo(
            Map.of(
                "app.kubernetes.io/managed-by",
                "godev-operator",
                "godev.io/archive",
                "Incomplete",
                "godev.io/archive-of",
                "shop"));
  }

  @Test
  void eachLifeOfAnEnvironmentHasAnArchiveOfItsOwn() {
    // Given
    var one = workspace("storage: {onDelete: Archive}");
    var other =
        new PersistentVolumeClaimBuilder(one)
            .editMetadata()
            .addToLabels(HostVolume.UID, "another-uid")
            .endMetadata()
            .build();

    // When
    var plan = ArchivePlan.of(one, Environments.DEFAULTS);

    // Then
    assertThat(plan).isEqualTo(ArchivePlan.of(one, Environments.DEFAULTS));
    assertThat(ArchivePlan.of(other, Environments.DEFAULTS).claim().getMetadata().getName())
        .isNotEqualTo(plan.claim().getMetadata().getName());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "root", "1:2", "-1:0:0", "1:2:3:4"})
  void anAnnotationThatNobodyWroteGivesTheUserThatIsTheDefault(String written) {
    // Given
    var workspace =
        new PersistentVolumeClaimBuilder(workspace("storage: {onDelete: Archive}"))
            .editMetadata()
            .addToAnnotations(ArchiveNames.USER, written)
            .endMetadata()
            .build();

    // When
    var pod = ArchivePlan.of(workspace, Environments.DEFAULTS).job().getSpec().getTemplate();

    // Then
    assertThat(pod.getSpec().getSecurityContext().getRunAsUser()).isEqualTo(1000);
    assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
  }

  private static PersistentVolumeClaim workspace(String spec) {
    return new PersistentVolumeClaimBuilder(
            (PersistentVolumeClaim) Environments.plan(spec).objects().get(0))
        .editMetadata()
        .withUid("claim-uid")
        .endMetadata()
        .build();
  }
}
