package io.godev.cli.progress;

import static io.godev.api.v1alpha1.ConditionType.Built;
import static io.godev.api.v1alpha1.ConditionType.ModulesReady;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.SourceReady;

import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Startup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** A start as lines for people: one for each phase when it is done, and one for each wait. */
final class Phases {
  // what every start goes through; any other reason is worth a line
  private static final Set<String> USUAL =
      Set.of(
          "InProgress",
          "Waiting",
          "Ready",
          "Started",
          "Succeeded",
          "Suspended",
          "IdleSuspended",
          "NotAnswering");
  // what it says is to push, which "godev up" does
  private static final String AWAITING = "AwaitingSync";

  private final String before;
  private final boolean isPushed;
  private final Set<String> said = new HashSet<>();

  /**
   * Of the pod that comes.
   *
   * @param before startup.startedAt of the pod that goes; empty where there is none
   * @param isPushed whether this machine pushes the source meanwhile
   */
  Phases(String before, boolean isPushed) {
    this.before = before;
    this.isPushed = isPushed;
  }

  /** What is new since the last call. */
  List<String> of(GoDevEnvironment environment) {
    List<String> lines = new ArrayList<>();
    var status = environment.getStatus();
    if (status == null || !isOfNewPod(environment)) {
      return lines;
    }
    var startup = status.startup();
    if (startup != null) {
      phase(lines, "scheduled", startup, Startup::scheduled);
      phase(lines, "volumes and images", startup, Startup::imagePulled);
      condition(lines, environment, SourceReady, "source", Startup::source);
      condition(lines, environment, ModulesReady, "modules", Startup::modules);
      condition(lines, environment, Built, "build", Startup::build);
      condition(lines, environment, Ready, "ready", Startup::ready);
    }
    var ready = status.condition(Ready);
    if (ready != null
        && !ready.holds()
        && !USUAL.contains(ready.reason())
        && !(isPushed && ready.reason().equals(AWAITING))) {
      add(lines, "  waits: " + ready.message());
    }
    return lines;
  }

  /** Whether the status speaks of the spec as it is, and of the pod that is waited for. */
  boolean isOfNewPod(GoDevEnvironment environment) {
    var status = environment.getStatus();
    return status != null
        && Objects.equals(status.observedGeneration(), environment.getMetadata().getGeneration())
        && status.startup() != null
        && !Objects.equals(status.startup().startedAt(), before);
  }

  private void condition(
      List<String> lines,
      GoDevEnvironment environment,
      ConditionType type,
      String name,
      Function<Startup, Double> seconds) {
    Condition condition = environment.getStatus().condition(type);
    if (condition != null && condition.holds()) {
      phase(lines, name, environment.getStatus().startup(), seconds);
    }
  }

  private void phase(
      List<String> lines, String name, Startup startup, Function<Startup, Double> seconds) {
    var took = seconds.apply(startup);
    if (took != null) {
      add(lines, "  %-20s %6.1f s".formatted(name, took), name);
    }
  }

  private void add(List<String> lines, String line) {
    add(lines, line, line);
  }

  private void add(List<String> lines, String line, String key) {
    if (said.add(key)) {
      lines.add(line);
    }
  }
}
