package io.godev.cli.doctor;

import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Volumes of environments are made by a default storage class. */
final class StorageClasses implements Check {
  private static final String NAME = "StorageClasses";
  // https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass
  private static final String DEFAULT = "storageclass.kubernetes.io/is-default-class";

  @Override
  public Stream<Finding> check(Seen seen) {
    return Stream.of(
        seen.storageClasses()
            .either(
                StorageClasses::judge, () -> judge(List.of()), why -> Finding.unknown(NAME, why)));
  }

  private static Finding judge(List<StorageClass> classes) {
    if (classes.isEmpty()) {
      return Finding.fail(
          NAME,
          "there is no storage class, so no volume is made for an environment",
          "install a provisioner, such as local-path-provisioner, and make its class the default");
    }
    var defaults = classes.stream().filter(StorageClasses::isDefault).toList();
    if (defaults.isEmpty()) {
      return Finding.warn(
          NAME,
          "none of " + names(classes) + " is the default, so volumes without a class wait for ever",
          "kubectl annotate storageclass %s %s=true, or name one in spec.storage.workspace.storageClassName and spec.storage.cache.storageClassName"
              .formatted(classes.get(0).getMetadata().getName(), DEFAULT));
    }
    if (defaults.size() > 1) {
      return Finding.warn(
          NAME,
          names(defaults) + " are all the default; the newest is taken",
          "leave the annotation %s at one of them".formatted(DEFAULT));
    }
    var chosen = defaults.get(0);
    return Finding.ok(
        NAME,
        "%s (%s) is the default; its volumes %s"
            .formatted(
                chosen.getMetadata().getName(),
                chosen.getProvisioner(),
                Boolean.TRUE.equals(chosen.getAllowVolumeExpansion())
                    ? "can grow"
                    : "cannot grow later, so choose the size in spec.storage before they are made"));
  }

  private static boolean isDefault(StorageClass storageClass) {
    var annotations = storageClass.getMetadata().getAnnotations();
    return annotations != null && "true".equals(annotations.get(DEFAULT));
  }

  private static String names(List<StorageClass> classes) {
    return classes.stream()
        .map(storageClass -> storageClass.getMetadata().getName())
        .collect(Collectors.joining(", "));
  }
}
