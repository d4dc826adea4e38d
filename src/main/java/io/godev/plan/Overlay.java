package io.godev.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;

/**
 * An object as it should be: what is there, with what is planned laid over it.
 *
 * <p>What the plan does not speak of stays: defaults of the API server, labels and annotations of
 * others. An object has drifted exactly when its overlay differs from it, so repairing it and
 * seeing that it needs repair cannot disagree. Lists are the plan's, element by element: an element
 * with a name is laid over the one of that name, so that a port keeps its node port.
 */
public final class Overlay {
  private final KubernetesSerialization serialization;

  public Overlay(KubernetesSerialization serialization) {
    this.serialization = serialization;
  }

  /** The object to write, or null if the one that is there is as planned. */
  @SuppressWarnings("unchecked")
  public <T extends HasMetadata> T of(T present, T planned) {
    var before = (ObjectNode) serialization.convertValue(present, JsonNode.class);
    var after = before.deepCopy();
    var wanted = (ObjectNode) serialization.convertValue(planned, JsonNode.class);
    // owners and contents are the plan's alone; null there means none
    replace(after.withObject("/metadata"), "ownerReferences", wanted.path("metadata"));
    if (planned instanceof ConfigMap) {
      replace(after, "data", wanted);
    }
    if (planned instanceof NetworkPolicy) {
      // a rule that is planned no more must not stay
      replace(after, "spec", wanted);
    }
    if (planned instanceof PersistentVolumeClaim claim
        && present instanceof PersistentVolumeClaim old
        && size(claim).compareTo(size(old)) <= 0) {
      // a claim grows but never shrinks, and keeps how its size is written
      ((ObjectNode) wanted.get("spec")).remove("resources");
    }
    if (planned instanceof PersistentVolumeClaim) {
      // left on a claim that is to stay, they would have it removed
      withoutOwn(after.path("metadata").path("labels"), ArchiveNames.LABELS);
      withoutOwn(after.path("metadata").path("annotations"), ArchiveNames.ANNOTATIONS);
    }
    lay(after, wanted);
    return after.equals(before) ? null : (T) serialization.convertValue(after, planned.getClass());
  }

  private static void withoutOwn(JsonNode names, List<String> own) {
    if (names instanceof ObjectNode present) {
      present.remove(own);
    }
  }

  private static Quantity size(PersistentVolumeClaim claim) {
    return claim.getSpec().getResources().getRequests().get("storage");
  }

  private static void replace(ObjectNode target, String field, JsonNode wanted) {
    if (wanted.hasNonNull(field)) {
      target.set(field, wanted.get(field));
    } else {
      target.remove(field);
    }
  }

  private static void lay(ObjectNode target, ObjectNode wanted) {
    wanted
        .properties()
        .forEach(
            entry -> {
              var present = target.get(entry.getKey());
              target.set(entry.getKey(), laid(present, entry.getValue()));
            });
  }

  private static JsonNode laid(JsonNode present, JsonNode wanted) {
    if (wanted instanceof ObjectNode fields && present instanceof ObjectNode under) {
      lay(under, fields);
      return under;
    }
    if (wanted instanceof ArrayNode elements && present instanceof ArrayNode under) {
      var list = elements.arrayNode();
      for (int i = 0; i < elements.size(); i++) {
        list.add(laid(counterpart(under, elements.get(i), i), elements.get(i)));
      }
      return list;
    }
    return wanted;
  }

  private static JsonNode counterpart(ArrayNode present, JsonNode wanted, int index) {
    if (!wanted.hasNonNull("name")) {
      return present.get(index);
    }
    for (var element : present) {
      if (wanted.get("name").equals(element.get("name"))) {
        return element;
      }
    }
    return null;
  }
}
