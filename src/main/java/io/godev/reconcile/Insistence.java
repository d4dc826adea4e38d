package io.godev.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * In what the API server stored objects otherwise than they were written: a webhook or a policy
 * insists on it.
 *
 * <p>The same write would be answered the same way, in every pass. So it is made again only when
 * there is another difference.
 */
final class Insistence {
  // few clusters change what the operator writes, and forgetting costs one write
  private static final int LIMIT = 1_000;

  private final Map<String, JsonNode> differences =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, JsonNode> eldest) {
          return size() > LIMIT;
        }
      };

  private final KubernetesSerialization serialization;

  Insistence(KubernetesSerialization serialization) {
    this.serialization = serialization;
  }

  /** Notes how an object, or a part of it, was stored that should be otherwise. */
  synchronized void note(HasMetadata object, Object stored, Object wanted) {
    differences.put(object.getMetadata().getUid(), difference(stored, wanted));
  }

  /** Whether the object, or a part of it, is otherwise than wanted only where that was in vain. */
  synchronized boolean covers(HasMetadata object, Object present, Object wanted) {
    var known = differences.get(object.getMetadata().getUid());
    return known != null && known.equals(difference(present, wanted));
  }

  private ObjectNode difference(Object one, Object other) {
    var found = JsonNodeFactory.instance.objectNode();
    collect(
        "",
        serialization.convertValue(one, JsonNode.class),
        serialization.convertValue(other, JsonNode.class),
        found);
    return found;
  }

  private static void collect(String path, JsonNode one, JsonNode other, ObjectNode found) {
    if (one instanceof ObjectNode && other instanceof ObjectNode) {
      var names = new TreeSet<String>();
      one.fieldNames().forEachRemaining(names::add);
      other.fieldNames().forEachRemaining(names::add);
      names.forEach(name -> collect(path + "/" + name, one.path(name), other.path(name), found));
    } else if (!one.equals(other)) {
      found.putArray(path).add(one.toString()).add(other.toString());
    }
  }
}
