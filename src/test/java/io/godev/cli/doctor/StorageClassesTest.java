package io.godev.cli.doctor;

import static io.godev.cli.doctor.Sight.storageClass;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.List;
import org.junit.jupiter.api.Test;

class StorageClassesTest {
  private final Sight sight = new Sight();

  @Test
  void aDefaultIsFineAndSaysWhetherItExpands() {
    assertThat(judged(storageClass("fast", true, true)))
        .isEqualTo(
            Finding.ok(
                "StorageClasses",
                "fast (docker.io/hostpath) is the default; its volumes can grow"));
    assertThat(judged(storageClass("other", false, true), storageClass("hostpath", true, null)))
        .isEqualTo(
            Finding.ok(
                "StorageClasses",
                "hostpath (docker.io/hostpath) is the default; its volumes cannot grow later, so choose the size"
                    + " in spec.storage before they are made"));
  }

  @Test
  void withoutADefaultOneIsChosen() {
    // When
    var finding = judged(storageClass("a", false, null), storageClass("b", false, null));

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
    assertThat(finding.seen()).startsWith("none of a, b is the default");
    assertThat(finding.remedy())
        .startsWith(
            "kubectl annotate storageclass a storageclass.kubernetes.io/is-default-class=true")
        .contains("spec.storage.workspace.storageClassName");
  }

  @Test
  void twoDefaultsAreNamed() {
    // When
    var finding = judged(storageClass("a", true, null), storageClass("b", true, null));

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
    assertThat(finding.seen()).startsWith("a, b are all the default");
  }

  @Test
  void withoutAnyNoVolumeIsMade() {
    assertThat(judged().verdict()).isEqualTo(Verdict.FAIL);
  }

  @Test
  void whoMayNotListThemIsToldSo() {
    // Given
    sight.storageClasses = Sight.forbidden();

    // Then
    assertThat(sight.of(new StorageClasses()).verdict()).isEqualTo(Verdict.WARN);
  }

  private Finding judged(StorageClass... classes) {
    sight.storageClasses = new Answer.Known<>(List.of(classes));
    return sight.of(new StorageClasses());
  }
}
