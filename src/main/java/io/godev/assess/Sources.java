package io.godev.assess;

import io.godev.api.v1alpha1.Source;

/** A source in a few words, for {@code kubectl get}. */
final class Sources {
  private Sources() {}

  static String describe(Source source) {
    if (source.module() != null) {
      return source.module().path() + "@" + source.module().version();
    }
    return source.files() != null
        ? "files (" + source.files().size() + ")"
        : "claim " + source.claim().name();
  }
}
