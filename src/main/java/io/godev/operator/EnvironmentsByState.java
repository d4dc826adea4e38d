package io.godev.operator;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * How many environments are in each state, counted in the operator's cache when it is asked.
 *
 * <p>A gauge of Micrometer has fixed labels; here a reason comes and goes.
 */
final class EnvironmentsByState extends Collector {
  private final Supplier<Stream<GoDevEnvironment>> environments;

  EnvironmentsByState(Supplier<Stream<GoDevEnvironment>> environments) {
    this.environments = environments;
  }

  @Override
  public List<MetricFamilySamples> collect() {
    var gauge =
        new GaugeMetricFamily(
            "godev_environments",
            "Environments by the status and the reason of their condition Ready",
            List.of("ready", "reason"));
    environments
        .get()
        .collect(groupingBy(EnvironmentsByState::labels, counting()))
        .forEach(gauge::addMetric);
    return List.of(gauge);
  }

  private static List<String> labels(GoDevEnvironment environment) {
    var status = environment.getStatus();
    var ready = status == null ? null : status.condition(ConditionType.Ready);
    return ready == null
        ? List.of(Condition.Status.Unknown.name(), "New")
        : List.of(ready.status().name(), ready.reason());
  }
}
