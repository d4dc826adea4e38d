package io.godev.reconcile.fleet;

import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevFleetStatus;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The statuses of fleets that were written and that the watch may not show yet. */
final class OwnStatus {
  // the watch is behind for moments, not for hundreds of fleets
  private static final int LIMIT = 500;

  private record Report(String resourceVersion, GoDevFleetStatus status, Instant time) {}

  private final Map<String, Report> reports =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Report> eldest) {
          return size() > LIMIT;
        }
      };

  /** Notes that a status is written to the fleet as it was seen. */
  synchronized void wrote(GoDevFleet fleet, GoDevFleetStatus status, Instant time) {
    reports.put(
        fleet.getMetadata().getUid(),
        new Report(fleet.getMetadata().getResourceVersion(), status, time));
  }

  /** The status the fleet has: the one that was written on what is seen, else what is seen. */
  synchronized GoDevFleetStatus of(GoDevFleet fleet) {
    var report = reports.get(fleet.getMetadata().getUid());
    if (report != null
        && report.resourceVersion().equals(fleet.getMetadata().getResourceVersion())) {
      return report.status();
    }
    var status = fleet.getStatus();
    return status == null || GoDevFleetStatus.NOT_OBSERVED.equals(status.observedGeneration())
        ? GoDevFleetStatus.NONE
        : status;
  }

  /** When this process last wrote the status, or null. */
  synchronized Instant lastWrite(GoDevFleet fleet) {
    var report = reports.get(fleet.getMetadata().getUid());
    return report == null ? null : report.time();
  }

  /** Forgets a status that may not have been written. */
  synchronized void forget(GoDevFleet fleet) {
    reports.remove(fleet.getMetadata().getUid());
  }
}
