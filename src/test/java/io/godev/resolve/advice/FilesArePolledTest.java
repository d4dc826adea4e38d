package io.godev.resolve.advice;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.api.v1alpha1.RuntimeReport.Method;
import io.godev.plan.Environments;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FilesArePolledTest {
  private static final String WHY = "the workspace is on 9p, where changes come without an event";

  @Test
  void itSpeaksWithTheRuntimesReason() {
    assertThat(said("mode: Running", watching(Method.Poll, WHY)))
        .hasValueSatisfying(advice -> assertThat(advice.message()).endsWith("(" + WHY + ")"));
    assertThat(said("mode: Running", watching(Method.Poll, null))).isPresent();
  }

  @Test
  void itIsSilentWhereEventsArriveOrTheSpecAsks() {
    assertThat(said("mode: Running", watching(Method.Notify, null))).isEmpty();
    assertThat(said("reload: {watch: Poll}", watching(Method.Poll, "asked"))).isEmpty();
    assertThat(said("mode: Running", report(null))).isEmpty();
    assertThat(said("mode: Running", null)).isEmpty();
  }

  private static RuntimeReport watching(Method method, String why) {
    return report(new RuntimeReport.Watch(method, why));
  }

  private static RuntimeReport report(RuntimeReport.Watch watch) {
    return new RuntimeReport(null, 1L, null, watch, null, null, null, null, null, null);
  }

  private static Optional<Advice> said(String spec, RuntimeReport report) {
    return new FilesArePolled()
        .check(
            Situation.of(Environments.resolved(Environments.environment(spec)), Instant.EPOCH)
                .with(report));
  }
}
