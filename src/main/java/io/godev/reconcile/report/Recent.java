package io.godev.reconcile.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** The values that were used last; a bounded number of them. */
final class Recent<V> {
  private static final int LIMIT = 10_000;

  private final Map<String, V> values =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
          return size() > LIMIT;
        }
      };

  /** The value of the key, or null. */
  synchronized V get(String key) {
    return values.get(key);
  }

  synchronized void put(String key, V value) {
    values.put(key, value);
  }
}
