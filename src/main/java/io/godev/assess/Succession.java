package io.godev.assess;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ScopedResourceSelectorRequirement;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether a quota that refuses a pod beside another one has room for it in the other's place.
 *
 * <p>Quota is the last thing that admission looks at: a pod that it alone refuses is let in by all
 * else. What a pod counts for is that of <a
 * href="https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/quota/v1/evaluator/core/pods.go">Kubernetes'
 * own evaluator</a>.
 */
public final class Succession {
  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");
  // the operator's pods have no deadline and always ask for something
  private static final Set<String> SCOPES_OF_ALL = Set.of("NotTerminating", "NotBestEffort");
  private static final String PRIORITY = "PriorityClass";

  private final Pod running;
  private final Pod successor;
  private final Map<String, BigDecimal> requested;

  private Succession(Pod running, Pod successor, Map<String, BigDecimal> requested) {
    this.running = running;
    this.successor = asAdmitted(successor, running);
    this.requested = requested;
  }

  /**
   * Why the successor is refused once the running pod is gone too; empty if it is not.
   *
   * @param beside why it is refused now
   * @param quotas all of the namespace; none if they are not known, and then what the refusal says
   *     of one of them counts
   */
  public static Optional<Obstacle.Refusal> refusal(
      Obstacle.Refusal beside, Pod running, Pod successor, List<ResourceQuota> quotas) {
    var exceeded = ExceededQuota.quota(beside.message());
    if (exceeded.isEmpty()) {
      return Optional.of(beside);
    }
    var succession = new Succession(running, successor, ExceededQuota.requested(beside.message()));
    return (quotas.isEmpty() ? exceeded.stream() : quotas.stream())
        .filter(succession::counts)
        .flatMap(succession::excess)
        .findFirst()
        .map(words -> new Obstacle.Refusal(beside.kind(), beside.name(), words));
  }

  // in the words of the API server
  private Stream<String> excess(ResourceQuota quota) {
    var status = quota.getStatus();
    if (status == null || status.getHard() == null || status.getUsed() == null) {
      return Stream.empty();
    }
    var exceeded =
        status.getHard().keySet().stream()
            .sorted()
            .filter(name -> status.getUsed().containsKey(name))
            .filter(
                name ->
                    wanted(name).signum() > 0
                        && left(status.getUsed().get(name), name)
                                .add(wanted(name))
                                .compareTo(status.getHard().get(name).getNumericalAmount())
                            > 0)
            .toList();
    return exceeded.isEmpty()
        ? Stream.empty()
        : Stream.of(
            "exceeded quota: %s, requested: %s, used: %s, limited: %s"
                .formatted(
                    quota.getMetadata().getName(),
                    list(exceeded, this::wanted),
                    list(exceeded, name -> left(status.getUsed().get(name), name)),
                    list(exceeded, name -> status.getHard().get(name).getNumericalAmount())));
  }

  private static String list(List<String> names, Function<String, BigDecimal> amount) {
    return names.stream()
        .map(name -> name + "=" + amount.apply(name).stripTrailingZeros().toPlainString())
        .collect(Collectors.joining(","));
  }

  // what is used once the running pod is gone
  private BigDecimal left(Quantity used, String name) {
    return used.getNumericalAmount().subtract(freed(name)).max(BigDecimal.ZERO);
  }

  private BigDecimal freed(String name) {
    var ended = running.getStatus() != null && ENDED.contains(running.getStatus().getPhase());
    return ended && !name.equals("count/pods") ? BigDecimal.ZERO : amount(name, running);
  }

  // the API server knows what was added to the pod on its way
  private BigDecimal wanted(String name) {
    return requested.getOrDefault(name, amount(name, successor));
  }

  private static BigDecimal amount(String name, Pod pod) {
    if (name.equals("pods") || name.equals("count/pods")) {
      return BigDecimal.ONE;
    }
    if (name.startsWith("limits.")) {
      return amount(name.substring("limits.".length()), pod, ResourceRequirements::getLimits);
    }
    var resource = name.startsWith("requests.") ? name.substring("requests.".length()) : name;
    return amount(resource, pod, ResourceRequirements::getRequests);
  }

  // init containers run one after the other, but those that stay run beside all
  private static BigDecimal amount(
      String resource, Pod pod, Function<ResourceRequirements, Map<String, Quantity>> of) {
    var beside = BigDecimal.ZERO;
    var most = BigDecimal.ZERO;
    for (var container : pod.getSpec().getInitContainers()) {
      var one = amount(container, resource, of);
      if ("Always".equals(container.getRestartPolicy())) {
        beside = beside.add(one);
        most = most.max(beside);
      } else {
        most = most.max(beside.add(one));
      }
    }
    return pod.getSpec().getContainers().stream()
        .map(container -> amount(container, resource, of))
        .reduce(beside, BigDecimal::add)
        .max(most);
  }

  private static BigDecimal amount(
      Container container,
      String resource,
      Function<ResourceRequirements, Map<String, Quantity>> of) {
    return Optional.ofNullable(container.getResources())
        .map(of)
        .map(amounts -> amounts.get(resource))
        .map(Quantity::getNumericalAmount)
        .orElse(BigDecimal.ZERO);
  }

  // containers that somebody added to the running pod will be added to its successor too
  private static Pod asAdmitted(Pod successor, Pod running) {
    var own =
        Stream.concat(
                successor.getSpec().getInitContainers().stream(),
                successor.getSpec().getContainers().stream())
            .map(Container::getName)
            .collect(Collectors.toSet());
    return new PodBuilder(successor)
        .editSpec()
        .addAllToInitContainers(added(running.getSpec().getInitContainers(), own))
        .addAllToContainers(added(running.getSpec().getContainers(), own))
        .endSpec()
        .build();
  }

  private static List<Container> added(List<Container> containers, Set<String> own) {
    return containers.stream().filter(container -> !own.contains(container.getName())).toList();
  }

  private boolean counts(ResourceQuota quota) {
    var spec = quota.getSpec();
    if (spec == null) {
      return true;
    }
    var selector = spec.getScopeSelector();
    return spec.getScopes().stream().allMatch(this::isIn)
        && (selector == null || selector.getMatchExpressions().stream().allMatch(this::isIn));
  }

  private boolean isIn(String scope) {
    return SCOPES_OF_ALL.contains(scope) || scope.equals(PRIORITY) && !priority().isEmpty();
  }

  private boolean isIn(ScopedResourceSelectorRequirement scope) {
    if (!PRIORITY.equals(scope.getScopeName())) {
      return isIn(scope.getScopeName());
    }
    return switch (scope.getOperator()) {
      case "In" -> scope.getValues().contains(priority());
      case "NotIn" -> !scope.getValues().contains(priority());
      case "DoesNotExist" -> priority().isEmpty();
      default -> !priority().isEmpty();
    };
  }

  // admission fills the default class in
  private String priority() {
    return Objects.requireNonNullElse(running.getSpec().getPriorityClassName(), "");
  }
}
