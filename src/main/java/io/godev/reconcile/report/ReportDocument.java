package io.godev.reconcile.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.godev.api.v1alpha1.Reason;
import io.godev.api.v1alpha1.RuntimeReport;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.stream.Stream;

/** Reads a report, and refuses one that would make a status nobody can rely on. */
final class ReportDocument {
  private static final double LONGEST_BUILD = 7 * 24 * 3600;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ReportDocument() {}

  /**
   * The report.
   *
   * @throws IllegalArgumentException naming the member that cannot be
   */
  static RuntimeReport read(byte[] json) {
    RuntimeReport report;
    try {
      report = MAPPER.readValue(json, RuntimeReport.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a report: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a report", e);
    }
    require(report != null && report.sequence() != null, "sequence is missing");
    require(report.sequence() > 0, "sequence has to be positive");
    time("activity", report.activity());
    check(report.build());
    check(report.reloads());
    check(report.program());
    if (report.use() != null) {
      reason("use.kind", report.use().kind());
      time("use.since", report.use().since());
      require(
          report.use().since() != null || report.use().state() == RuntimeReport.UseState.Active,
          "use.since is missing");
    }
    if (report.source() != null) {
      reason("source.reason", report.source().reason());
    }
    if (report.debugger() != null) {
      reason("debugger.reason", report.debugger().reason());
    }
    return report;
  }

  private static void check(RuntimeReport.Build build) {
    if (build == null) {
      return;
    }
    reason("build.reason", build.reason());
    time("build.time", build.time());
    seconds("build.seconds", build.seconds());
    require(
        Stream.of(build.line(), build.column()).allMatch(n -> n == null || n >= 1),
        "build.line and build.column are from 1");
  }

  private static void check(RuntimeReport.Reloads reloads) {
    if (reloads == null) {
      return;
    }
    time("reloads.time", reloads.time());
    seconds("reloads.seconds", reloads.seconds());
    require(
        Stream.of(reloads.count(), reloads.failed()).allMatch(n -> n == null || n >= 0),
        "reloads.count and reloads.failed are not negative");
  }

  private static void check(RuntimeReport.Program program) {
    if (program == null) {
      return;
    }
    reason("program.reason", program.reason());
    time("program.since", program.since());
  }

  private static void reason(String member, String reason) {
    require(reason == null || Reason.isWord(reason), member + " has to be a CamelCase word");
  }

  private static void seconds(String member, Double seconds) {
    require(
        seconds == null || seconds >= 0 && seconds <= LONGEST_BUILD,
        member + " has to be from 0 to a week");
  }

  private static void time(String member, String time) {
    try {
      if (time != null) {
        Instant.parse(time);
      }
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(member + " has to be a time in UTC (RFC 3339)", e);
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
