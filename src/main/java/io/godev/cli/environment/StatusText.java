package io.godev.cli.environment;

import io.fabric8.kubernetes.api.model.Event;
import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Activity;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Advice;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.BuildResult;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Endpoint;
import io.godev.cli.common.Age;
import io.godev.cli.common.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Environments as text for people. */
final class StatusText {
  private static final int EVENTS = 10;

  private final Instant now;

  StatusText(Instant now) {
    this.now = now;
  }

  /** A line for each, by name, below a heading. */
  String table(List<GoDevEnvironment> environments) {
    var table = new Table("").row("NAME", "READY", "REASON", "GO", "SOURCE", "URL", "AGE");
    environments.stream()
        .sorted(Comparator.comparing(environment -> environment.getMetadata().getName()))
        .forEach(environment -> row(table, environment));
    return table.toString();
  }

  private void row(Table table, GoDevEnvironment environment) {
    var status = status(environment);
    var ready = status.condition(ConditionType.Ready);
    table.row(
        environment.getMetadata().getName(),
        ready == null ? "Unknown" : ready.status().name(),
        ready == null ? "NotSeenYet" : ready.reason(),
        status.goVersion(),
        status.source(),
        list(status.endpoints()).stream()
            .map(endpoint -> firstOf(endpoint.externalUrl(), endpoint.url()))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(""),
        Age.of(environment.getMetadata().getCreationTimestamp(), now));
  }

  /** One with all that is known of it. */
  String detail(GoDevEnvironment environment, List<Event> events) {
    var status = status(environment);
    List<String> parts = new ArrayList<>();
    parts.add(heading(environment, status));
    section(parts, "Conditions", conditions(status));
    section(parts, "Ports", endpoints(status));
    section(parts, "Debugger", debugger(status));
    section(parts, "Last build", build(status));
    section(parts, "Advice", advice(status));
    section(parts, "Events", events(events));
    return String.join("\n", parts);
  }

  /** One line for a watched environment, whenever it changes. */
  String change(GoDevEnvironment environment) {
    var ready = status(environment).condition(ConditionType.Ready);
    return ready == null
        ? "not seen by the operator yet"
        : "Ready %s  %s  %s".formatted(ready.status(), ready.reason(), ready.message());
  }

  private String heading(GoDevEnvironment environment, GoDevEnvironmentStatus status) {
    var metadata = environment.getMetadata();
    var table =
        new Table("")
            .row("Name:", metadata.getName() + " (namespace " + metadata.getNamespace() + ")")
            .row("State:", state(environment, status));
    add(table, "Source:", status.source());
    add(table, "Go:", join(status.goVersion(), status.image()));
    var platform = status.platform();
    add(
        table,
        "Cluster:",
        platform == null ? null : join(platform.distribution(), platform.kubernetesVersion()));
    add(table, "Work:", work(status.activity()));
    return table.row("Age:", Age.of(metadata.getCreationTimestamp(), now)).toString();
  }

  private static String state(GoDevEnvironment environment, GoDevEnvironmentStatus status) {
    var ready = status.condition(ConditionType.Ready);
    if (ready == null) {
      return "not seen by the operator yet: is it running?";
    }
    var outdated =
        !Objects.equals(ready.observedGeneration(), environment.getMetadata().getGeneration());
    return ready.reason() + ": " + ready.message() + (outdated ? " (of the spec before)" : "");
  }

  private String work(Activity activity) {
    if (activity == null) {
      return null;
    }
    List<String> parts = new ArrayList<>();
    if (activity.lastActivity() != null) {
      parts.add(
          "the last (%s) %s ago".formatted(activity.kind(), Age.of(activity.lastActivity(), now)));
    } else if (activity.kind() != null) {
      parts.add(activity.kind());
    }
    if (activity.suspendAt() != null) {
      parts.add("suspended at %s if there is none until then".formatted(activity.suspendAt()));
    }
    if (activity.suspendedAt() != null) {
      parts.add("suspended at " + activity.suspendedAt());
    }
    if (activity.expiresAt() != null && !activity.expiresAt().equals(activity.suspendedAt())) {
      parts.add("time until " + activity.expiresAt());
    }
    return String.join(", ", parts);
  }

  private static String conditions(GoDevEnvironmentStatus status) {
    var table = new Table("  ");
    list(status.conditions()).stream()
        .filter(condition -> !isUsual(condition))
        .sorted(Comparator.comparing(Condition::type))
        .forEach(
            condition ->
                table.row(
                    condition.type().name(),
                    condition.status().name(),
                    condition.reason(),
                    condition.message()));
    return table.toString();
  }

  // those that speak of an abnormal state say nothing while there is none
  private static boolean isUsual(Condition condition) {
    return !condition.holds()
        && Stream.of(ConditionType.Reconciling, ConditionType.Stalled, ConditionType.PendingRestart)
            .anyMatch(type -> type == condition.type());
  }

  private static String endpoints(GoDevEnvironmentStatus status) {
    var table = new Table("  ");
    for (Endpoint endpoint : list(status.endpoints())) {
      table.row(
          endpoint.name(),
          endpoint.port() + "/" + endpoint.protocol(),
          firstOf(endpoint.externalUrl(), endpoint.url(), "inside the pod"),
          endpoint.portForward());
      if (endpoint.pprof() != null) {
        table.row("", "", "", endpoint.pprof());
      }
    }
    return table.toString();
  }

  private static String debugger(GoDevEnvironmentStatus status) {
    return status.debug() == null ? "" : "  " + status.debug().portForward();
  }

  private String build(GoDevEnvironmentStatus status) {
    var build = status.build();
    if (build == null || build.result() == null) {
      return "";
    }
    var when =
        (build.seconds() == null ? "" : " in %.1f s".formatted(build.seconds()))
            + (build.time() == null ? "" : ", " + Age.of(build.time(), now) + " ago");
    if (build.result() == BuildResult.Succeeded) {
      return "  %s succeeded%s".formatted(firstOf(build.mainPackage(), "it"), when);
    }
    var place = build.file() == null ? "" : build.file() + ":" + build.line() + ": ";
    return "  %s failed%s%n    %s%s"
        .formatted(firstOf(build.mainPackage(), "it"), when, place, firstOf(build.error(), ""))
        .replace(System.lineSeparator(), "\n");
  }

  private static String advice(GoDevEnvironmentStatus status) {
    var table = new Table("  ");
    for (Advice advice : list(status.advice())) {
      table.row(
          String.valueOf(advice.severity()),
          advice.field(),
          firstOf(advice.message(), "") + " " + firstOf(advice.remedy(), ""));
    }
    return table.toString();
  }

  private String events(List<Event> events) {
    var table = new Table("  ");
    events.stream()
        .sorted(Comparator.comparing(StatusText::time).reversed())
        .limit(EVENTS)
        .forEach(
            event ->
                table.row(
                    Age.of(time(event), now),
                    event.getType(),
                    event.getReason(),
                    event.getMessage()));
    return table.toString();
  }

  private static String time(Event event) {
    return firstOf(
        event.getLastTimestamp(),
        event.getEventTime() == null ? null : event.getEventTime().getTime(),
        event.getMetadata().getCreationTimestamp(),
        "");
  }

  private static GoDevEnvironmentStatus status(GoDevEnvironment environment) {
    return Objects.requireNonNullElse(environment.getStatus(), GoDevEnvironmentStatus.NONE);
  }

  private static void section(List<String> parts, String title, String text) {
    if (!text.isEmpty()) {
      parts.add("\n" + title + ":\n" + text);
    }
  }

  private static void add(Table table, String label, String text) {
    if (text != null && !text.isEmpty()) {
      table.row(label, text);
    }
  }

  private static String join(String first, String second) {
    return Stream.of(first, second)
        .filter(text -> text != null && !text.isEmpty())
        .reduce((left, right) -> left + ", " + right)
        .orElse("");
  }

  private static String firstOf(String... texts) {
    return Stream.of(texts).filter(Objects::nonNull).findFirst().orElse(null);
  }

  private static <T> List<T> list(List<T> list) {
    return list == null ? List.of() : list;
  }
}
