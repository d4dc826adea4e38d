package io.godev.reconcile;

import io.godev.api.v1alpha1.GoDevEnvironment;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Notices environments whose spec the reconciler does not take up.
 *
 * <p>An event can get lost for good in the framework (java-operator-sdk#3416), and then only a
 * restart helps. It looks into the cache alone and costs the API server nothing.
 */
public final class Watchdog {
  /** How long a spec may go unobserved. */
  static final Duration LIMIT = Duration.ofMinutes(2);

  private final Clock clock;
  private final Supplier<Stream<GoDevEnvironment>> environments;
  private final Map<Generation, Instant> unobserved = new HashMap<>();

  private record Generation(String name, String uid, Long generation) {}

  public Watchdog(Supplier<Stream<GoDevEnvironment>> environments, Clock clock) {
    this.environments = environments;
    this.clock = clock;
  }

  /** Names of the environments that are stuck, as namespace/name. */
  public synchronized List<String> stuck() {
    var now = clock.instant();
    var waiting =
        environments.get().filter(Watchdog::isUnobserved).map(Watchdog::generation).toList();
    unobserved.keySet().retainAll(waiting);
    waiting.forEach(generation -> unobserved.putIfAbsent(generation, now));
    return unobserved.entrySet().stream()
        .filter(entry -> Duration.between(entry.getValue(), now).compareTo(LIMIT) > 0)
        .map(entry -> entry.getKey().name())
        .sorted()
        .toList();
  }

  private static boolean isUnobserved(GoDevEnvironment environment) {
    return !Objects.equals(
        environment.getMetadata().getGeneration(),
        environment.getStatus() == null ? null : environment.getStatus().observedGeneration());
  }

  private static Generation generation(GoDevEnvironment environment) {
    var meta = environment.getMetadata();
    return new Generation(
        meta.getNamespace() + "/" + meta.getName(), meta.getUid(), meta.getGeneration());
  }
}
