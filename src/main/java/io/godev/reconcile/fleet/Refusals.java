package io.godev.reconcile.fleet;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.godev.assess.fleet.FleetObstacle;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes that were refused, so that the same one is tried again seldom and not in every pass: a
 * fleet has one for each news of a member.
 */
final class Refusals {
  /** For what nobody tells the operator about: a name that became free, a quota that was raised. */
  static final Duration PAUSE = Duration.ofSeconds(30);

  private static final int LIMIT = 2_000;

  private record Refusal(Object wanted, FleetObstacle obstacle, Instant until) {}

  private final Map<String, Refusal> refusals =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Refusal> eldest) {
          return size() > LIMIT;
        }
      };

  /**
   * What was said of the same write lately, if it was refused.
   *
   * @param wanted what makes it the same
   */
  synchronized Optional<FleetObstacle> of(HasMetadata object, Object wanted, Instant now) {
    return Optional.ofNullable(refusals.get(key(object)))
        .filter(refusal -> refusal.wanted().equals(wanted) && now.isBefore(refusal.until()))
        .map(Refusal::obstacle);
  }

  synchronized void note(HasMetadata object, Object wanted, FleetObstacle obstacle, Instant now) {
    refusals.put(key(object), new Refusal(wanted, obstacle, now.plus(PAUSE)));
  }

  private static String key(HasMetadata object) {
    var meta = object.getMetadata();
    return object.getKind() + "/" + meta.getNamespace() + "/" + meta.getName();
  }
}
