package io.godev.cli.doctor;

import io.godev.cli.common.Terminal;
import java.util.List;
import java.util.stream.Collectors;

/**
 * All that was found, for programs.
 *
 * @param context of the kubeconfig; empty without one
 * @param failed whether environments do not work here
 */
record Report(String context, String namespace, boolean failed, List<Finding> checks) {

  static Report of(String context, String namespace, List<Finding> findings) {
    return new Report(
        context,
        namespace,
        findings.stream().anyMatch(finding -> finding.verdict() == Verdict.FAIL),
        findings);
  }

  /** For people. */
  String text() {
    var width = checks.stream().mapToInt(finding -> finding.check().length()).max().orElse(0);
    return "%snamespace %s%n%n%s%n%n%s"
        .formatted(
            context.isEmpty() ? "" : "context " + context + ", ",
            namespace,
            checks.stream()
                .map(finding -> line(finding, width))
                .collect(Collectors.joining(System.lineSeparator())),
            sum());
  }

  private static String line(Finding finding, int width) {
    var verdict = finding.verdict().name();
    var line =
        Terminal.paint(style(finding.verdict()), verdict)
            + " ".repeat(6 - verdict.length())
            + finding.check()
            + " ".repeat(width - finding.check().length() + 2)
            + finding.seen();
    return finding.remedy().isEmpty()
        ? line
        : line + System.lineSeparator() + " ".repeat(width + 8) + "-> " + finding.remedy();
  }

  private static String style(Verdict verdict) {
    return switch (verdict) {
      case OK -> "green";
      case WARN -> "bold,yellow";
      case FAIL -> "bold,red";
    };
  }

  private String sum() {
    return "%d OK, %d WARN, %d FAIL"
        .formatted(count(Verdict.OK), count(Verdict.WARN), count(Verdict.FAIL));
  }

  private long count(Verdict verdict) {
    return checks.stream().filter(finding -> finding.verdict() == verdict).count();
  }
}
