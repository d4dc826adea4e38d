package io.godev.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;

/**
 * A cache without {@code managedFields}, which are about half of an object and are never read here.
 *
 * <p>An update without them leaves those on the server as they are.
 */
public class SlimStore<T extends HasMetadata> extends BasicItemStore<T> {

  public SlimStore() {
    super(Cache::metaNamespaceKeyFunc);
  }

  @Override
  public T put(String key, T object) {
    object.getMetadata().setManagedFields(null);
    return super.put(key, object);
  }
}
