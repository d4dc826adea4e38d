package io.godev.resolve.profile;

import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevProfileSpec;
import io.godev.api.v1alpha1.Reload;

/** What a profile gives where an environment leaves a field out. */
final class ProfileDefaults {
  private ProfileDefaults() {}

  /** The spec as if the user had written the profile's defaults into it. */
  static GoDevEnvironmentSpec under(
      GoDevEnvironmentSpec written, GoDevProfileSpec.Defaults defaults) {
    if (defaults == null) {
      return written;
    }
    var tree = SpecTree.of(written);
    tree.fillFrom(SpecTree.tree(defaults));
    var source = written.source();
    if (source.claim() != null) {
      // the claim is the workspace
      tree.remove("spec.storage.workspace");
    }
    if (source.git() != null
        && source.git().follow() != null
        && defaults.reload() != null
        && defaults.reload().mode() == Reload.Mode.Off
        && (written.reload() == null || written.reload().mode() == null)) {
      // who follows a branch asks for what it takes
      tree.remove("spec.reload.mode");
    }
    return tree.spec();
  }
}
