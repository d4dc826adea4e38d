package io.godev.reconcile.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godev.api.v1alpha1.RuntimeReport;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportDocumentTest {

  @Test
  void aWholeReportIsRead() {
    // When
    var report =
        read(
            """
            {"sequence": 1767268800000,
             "watch": {"method": "Poll", "detail": "no events arrive"},
             "build": {"state": "Failed", "time": "2026-01-01T12:00:00.5Z", "seconds": 0.512,
                       "package": "./cmd/x", "reason": "BuildFailed", "detail": "d",
                       "file": "main.go", "line": 4, "column": 2, "error": "undefined: x"},
             "reloads": {"count": 12, "failed": 3, "time": "2026-01-01T12:00:00Z", "seconds": 0.8},
             "program": {"state": "Running", "since": "2026-01-01T12:00:00Z"},
             "debugger": {"state": "Paused"},
             "activity": "2026-01-01T12:00:00Z"}
            """);

    // Then
    assertThat(report.sequence()).isEqualTo(1_767_268_800_000L);
    assertThat(report.watch().method()).isEqualTo(RuntimeReport.Method.Poll);
    assertThat(report.build().line()).isEqualTo(4);
    assertThat(report.build().mainPackage()).isEqualTo("./cmd/x");
    assertThat(report.reloads().count()).isEqualTo(12);
    assertThat(report.debugger().state()).isEqualTo(RuntimeReport.DebuggerState.Paused);
    assertThat(report.podUid()).isNull();
  }

  @Test
  void whatALaterRuntimeTellsIsLeftOut() {
    assertThat(read("{\"sequence\": 1, \"weather\": {\"state\": \"fine\"}}").sequence()).isOne();
    assertThat(read("{\"sequence\": 1, \"build\": {\"state\": \"Odd\"}}").build().state()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{} | sequence is missing",
        "null | sequence is missing",
        "{\"sequence\": 0} | sequence has to be positive",
        "{\"sequence\": -1} | sequence has to be positive",
        "{\"sequence\": 1, \"activity\": \"yesterday\"} | activity has to be a time",
        "{\"sequence\": 1, \"use\": {\"state\": \"Odd\"}} | use.since is missing",
        "{\"sequence\": 1, \"use\": {\"state\": \"Idle\"}} | use.since is missing",
        "{\"sequence\": 1, \"use\": {\"state\": \"Idle\", \"since\": \"1\"}} | use.since has to be",
        "{\"sequence\": 1, \"use\": {\"kind\": \"two words\"}} | use.kind has to be",
        "{\"sequence\": 1, \"build\": {\"reason\": \"two words\"}} | build.reason has to be",
        "{\"sequence\": 1, \"build\": {\"time\": \"1\"}} | build.time has to be a time",
        "{\"sequence\": 1, \"build\": {\"seconds\": -1}} | build.seconds has to be",
        "{\"sequence\": 1, \"build\": {\"seconds\": 1e300}} | build.seconds has to be",
        "{\"sequence\": 1, \"build\": {\"seconds\": \"NaN\"}} | build.seconds has to be",
        "{\"sequence\": 1, \"build\": {\"line\": 0}} | build.line and build.column",
        "{\"sequence\": 1, \"reloads\": {\"count\": -1}} | reloads.count and reloads.failed",
        "{\"sequence\": 1, \"program\": {\"since\": \"2026\"}} | program.since has to be a time",
        "{\"sequence\": 1, \"program\": {\"reason\": \"<b>\"}} | program.reason has to be",
        "{\"sequence\": 1, \"debugger\": {\"reason\": \"a\"}} | debugger.reason has to be",
        "{\"sequence\": 1e999} | not a report",
        "[] | not a report",
        "<xml/> | not a report",
        "{\"sequence\": 1 | not a report",
      })
  void aReportThatCannotBeIsRefusedWithAReason(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  private static RuntimeReport read(String json) {
    return ReportDocument.read(json.getBytes(StandardCharsets.UTF_8));
  }
}
