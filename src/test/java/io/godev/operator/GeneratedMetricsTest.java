package io.godev.operator;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Startup;
import io.godev.generated.Committed;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of metrics is made from what the operator shows. */
class GeneratedMetricsTest {
  private static final Pattern FAMILY =
      Pattern.compile("# HELP (?<name>godev_\\w+) (?<help>.*)\n# TYPE \\w+ (?<type>\\w+)\n");

  @Test
  void theMetricsAreMadeFromTheCode() throws Exception {
    // Given
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    everythingOnce(new OperatorMetrics(registry));
    new ApiRequests(registry).count("POST", "/api/v1/namespaces/team/pods", "201");

    // When
    var scrape = registry.scrape();
    Map<String, String> rows = new TreeMap<>();
    var family = FAMILY.matcher(scrape);
    while (family.find()) {
      var name = family.group("name");
      // Micrometer's maximum of each timer, which Prometheus has better from the buckets
      if (!name.endsWith("_max")) {
        rows.put(
            name,
            "| `%s` | %s | %s | %s |\n"
                .formatted(name, family.group("type"), labels(scrape, name), family.group("help")));
      }
    }

    // Then
    Committed.is(
        Path.of("docs/reference/metrics.md"),
        """
        # Metrics of the operator

        Made by `make generate` from the code; served at `/q/metrics` of each replica. Those of the Java virtual machine
        (`jvm_…`, `process_…`) are there too. A dashboard and alerts are in `deploy/monitoring`.

        | metric | type | labels | meaning |
        |---|---|---|---|
        """
            + String.join("", rows.values()));
  }

  private static void everythingOnce(OperatorMetrics metrics) {
    metrics.show(() -> true, () -> 0, () -> Stream.of(new GoDevEnvironment()));
    metrics.written(
        null,
        new GoDevEnvironmentStatus(
            1L,
            null,
            null,
            null,
            null,
            null,
            new Startup("2026-01-01T12:00:00Z", 0.0, 1.0, 0.5, 2.0, 6.5, 1.0, 11.0),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null));
    metrics.passed("succeeded", Duration.ZERO);
    metrics.failedReconciliation(new GoDevEnvironment(), new IOException(), Map.of());
  }

  private static String labels(String scrape, String name) {
    return Pattern.compile("^" + name + "(?:_count|_bucket)?\\{(.*?)}", Pattern.MULTILINE)
        .matcher(scrape)
        .results()
        .flatMap(sample -> Pattern.compile("(\\w+)=").matcher(sample.group(1)).results())
        .map(label -> "`" + label.group(1) + "`")
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining(", "));
  }
}
