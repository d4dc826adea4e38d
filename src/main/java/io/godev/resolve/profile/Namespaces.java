package io.godev.resolve.profile;

import io.godev.api.v1alpha1.GoDevProfileSpec.Requirement;
import io.godev.api.v1alpha1.GoDevProfileSpec.Selector;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which namespaces a profile is for.
 *
 * <p>As Kubernetes' <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements">label
 * selectors</a>, in Java and in CEL.
 */
public final class Namespaces {
  /** Whether they are, as a CEL expression over {@code namespaceObject} and {@code params}. */
  public static final String EXPRESSION =
      "!has(params.spec.namespaces) ||"
          + " (!has(params.spec.namespaces.matchLabels) || params.spec.namespaces.matchLabels.all(k,"
          + " has(namespaceObject.metadata.labels) && k in namespaceObject.metadata.labels &&"
          + " namespaceObject.metadata.labels[k] == params.spec.namespaces.matchLabels[k])) &&"
          + " (!has(params.spec.namespaces.matchExpressions) ||"
          + " params.spec.namespaces.matchExpressions.all(r,"
          + " has(namespaceObject.metadata.labels) && r.key in namespaceObject.metadata.labels ?"
          + " r.operator == 'Exists' ||"
          + " r.operator == 'In' && namespaceObject.metadata.labels[r.key] in r.values ||"
          + " r.operator == 'NotIn' && !(namespaceObject.metadata.labels[r.key] in r.values) :"
          + " r.operator == 'DoesNotExist' || r.operator == 'NotIn'))";

  private Namespaces() {}

  static boolean match(Selector selector, Map<String, String> labels) {
    return selector == null
        || Objects.requireNonNullElse(selector.matchLabels(), Map.<String, String>of())
                .entrySet()
                .stream()
                .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())))
            && Objects.requireNonNullElse(selector.matchExpressions(), List.<Requirement>of())
                .stream()
                .allMatch(requirement -> holds(requirement, labels.get(requirement.key())));
  }

  private static boolean holds(Requirement requirement, String value) {
    return switch (requirement.operator()) {
      case Exists -> value != null;
      case DoesNotExist -> value == null;
      case In -> value != null && requirement.values().contains(value);
      case NotIn -> value == null || !requirement.values().contains(value);
    };
  }
}
