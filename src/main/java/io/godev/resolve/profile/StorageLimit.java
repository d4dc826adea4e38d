package io.godev.resolve.profile;

import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.Limits;
import io.godev.api.v1alpha1.Storage;
import java.util.List;

/** spec.storage: no volume larger than the profile gives. */
final class StorageLimit extends AmountLimit {
  StorageLimit() {
    super("storage", Limits::storage, List.of("storage.workspace.size", "storage.cache.size"));
  }

  @Override
  Quantity amount(GoDevEnvironmentSpec spec, String field) {
    Storage.Volume volume =
        field.equals("storage.workspace.size")
            ? spec.storage().workspace()
            : spec.storage().cache();
    return volume == null ? null : volume.size();
  }

  @Override
  boolean isOneWish() {
    return false;
  }
}
