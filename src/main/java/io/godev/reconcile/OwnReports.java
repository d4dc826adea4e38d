package io.godev.reconcile;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The statuses the operator wrote and the watch may not show yet.
 *
 * <p>A pass that follows closely on a write can be given the environment as it was before. Without
 * this it would write the same status again.
 */
final class OwnReports {
  // the watch is behind for moments, not for thousands of environments
  private static final int LIMIT = 1_000;

  private record Report(String resourceVersion, GoDevEnvironmentStatus status) {}

  private final Map<String, Report> reports =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Report> eldest) {
          return size() > LIMIT;
        }
      };

  /** Notes that a status is written to the environment as it was seen. */
  synchronized void wrote(GoDevEnvironment environment, GoDevEnvironmentStatus status) {
    reports.put(
        environment.getMetadata().getUid(),
        new Report(environment.getMetadata().getResourceVersion(), status));
  }

  /**
   * The operator's part of the status the environment has: the one that was written on what is
   * seen, else what is seen.
   */
  synchronized GoDevEnvironmentStatus of(GoDevEnvironment environment) {
    var report = reports.get(environment.getMetadata().getUid());
    if (report == null) {
      return ownPart(environment);
    }
    if (report.resourceVersion().equals(environment.getMetadata().getResourceVersion())) {
      return report.status();
    }
    reports.remove(environment.getMetadata().getUid());
    return ownPart(environment);
  }

  private static GoDevEnvironmentStatus ownPart(GoDevEnvironment environment) {
    return environment.getStatus() == null ? null : environment.getStatus().withoutReport();
  }

  /** Forgets a status that may not have been written. */
  synchronized void forget(GoDevEnvironment environment) {
    reports.remove(environment.getMetadata().getUid());
  }
}
