package io.godev.plan;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.godev.resolve.ResolvedEnvironment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The ConfigMap that carries {@code spec.source.files} into the pod. */
final class SourceFiles {
  private SourceFiles() {}

  static List<ConfigMap> of(ResolvedEnvironment environment) {
    if (environment.spec().source().files() == null) {
      return List.of();
    }
    Map<String, String> data = new LinkedHashMap<>();
    keys(environment.spec().source().files().keySet())
        .forEach((path, key) -> data.put(key, environment.spec().source().files().get(path)));
    return List.of(
        new ConfigMapBuilder()
            .withMetadata(Names.owned(environment, Names.filesConfigMap(environment.name())))
            .withData(data)
            .build());
  }

  /** Which key is mounted at which path. */
  static List<KeyToPath> items(ResolvedEnvironment environment) {
    List<KeyToPath> items = new ArrayList<>();
    keys(environment.spec().source().files().keySet())
        .forEach((path, key) -> items.add(new KeyToPath(key, null, path)));
    return items;
  }

  /** The key of each path. */
  // a key takes no '/', and "a/b" and "a-b" are two files: so the number comes first
  static Map<String, String> keys(Set<String> paths) {
    Map<String, String> keys = new LinkedHashMap<>();
    for (var path : new TreeSet<>(paths)) {
      var name = path.substring(path.lastIndexOf('/') + 1);
      keys.put(path, keys.size() + "-" + (name.length() <= 200 ? name : name.substring(0, 200)));
    }
    return keys;
  }
}
