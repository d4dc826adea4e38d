package io.godev.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.HandClock;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.environment.Shop;
import io.godev.cli.sync.Arrival;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was pushed was in its place at 12:00:00.500 by the node's clock. */
class PushedSourceTest {
  private static final Arrival NEWS = new Arrival(true, Instant.parse("2026-01-01T12:00:00.500Z"));
  private static final Arrival NONE = new Arrival(false, null);
  private static final Arrival NEWS_OF_UNKNOWN_TIME = new Arrival(true, null);
  private static final String READY = "{type: Ready, status: 'True', reason: Ready, message: x}";
  private static final String OLD_BUILD =
      "build: {result: Succeeded, time: '2026-01-01T11:00:00Z', seconds: 3}";
  private static final String PROGRAM_SINCE =
      "runtime: {build: {time: '2026-01-01T12:00:03.1Z'}, program: {since: '2026-01-01T%sZ'}}";

  private static final String BUILT =
      "build: {result: Succeeded, time: '2026-01-01T12:00:03.1Z', seconds: 2}\n";
  private static final String RUNNING =
      "runtime: {build: {time: '2026-01-01T12:00:03.1Z'},"
          + " program: {state: Running, since: '2026-01-01T12:00:03.2Z'}}";

  private final HandClock clock = new HandClock();
  private final AtomicReference<Arrival> arrival = new AtomicReference<>();
  private final PushedSource pushed = new PushedSource(arrival::get, true, clock);
  private String spec = "";

  @Test
  void readyIsThatOfThePushOnceThatIsOver() {
    // Given
    var ready = ready(OLD_BUILD);
    var before = pushed.isReady(ready);

    // When
    arrival.set(NONE);

    // Then
    assertThat(before).isFalse();
    assertThat(pushed.isReady(ready)).isTrue();
  }

  @Test
  void oneWhoPushesOnNeedsNotWaitForTheBuild() {
    // Given
    arrival.set(NEWS);

    // Then
    assertThat(new PushedSource(arrival::get, false, clock).isReady(ready(OLD_BUILD))).isTrue();
    assertThat(new PushedSource(() -> null, false, clock).isReady(ready(OLD_BUILD))).isFalse();
  }

  @Test
  void aFirstStartIsReadyAtOnce() {
    // Given
    arrival.set(NEWS);

    // Then: the kubelet's 12:00:20 is at the latest 12:00:20.999, and the build took 20.4 s of it
    assertThat(
            pushed.isReady(
                ready("build: {result: Succeeded, time: '2026-01-01T12:00:20Z', seconds: 20.4}")))
        .isTrue();
    assertThat(
            pushed.isReady(
                ready("build: {result: Succeeded, time: '2026-01-01T12:00:20Z', seconds: 20.6}")))
        .isFalse();
  }

  @Test
  void aBuildThatBeganBeforeThePushWasOverSaysNothingOfIt() {
    // Given
    arrival.set(NEWS);

    // Then
    assertThat(
            pushed.mends(
                stalled(
                    "BuildFailed",
                    "build: {result: Failed, time: '2026-01-01T12:00:02.4Z', seconds: 2}")))
        .isTrue();
    assertThat(
            pushed.mends(
                stalled(
                    "BuildFailed",
                    "build: {result: Failed, time: '2026-01-01T12:00:02.6Z', seconds: 2}")))
        .isFalse();
  }

  @Test
  void aBuildThatWasKnownBeforeThePushWasOverIsNotOfItHoweverCoarseItsTime() {
    // Given
    var crashed =
        stalled("Crashed", "build: {result: Succeeded, time: '2026-01-01T12:00:00Z', seconds: 0}");
    pushed.mends(crashed);

    // When
    arrival.set(NEWS);

    // Then
    assertThat(pushed.mends(crashed)).isTrue();
  }

  @Test
  void aProgramThatReplacesAnotherHasToHoldOut() {
    // Given
    arrival.set(NEWS);
    var old = ready(BUILT + PROGRAM_SINCE.formatted("11:00:00"));
    var replaced = ready(BUILT + PROGRAM_SINCE.formatted("12:00:03.3"));

    // Then
    assertThat(pushed.isReady(replaced)).isFalse();
    clock.pass(PushedSource.PROOF);
    assertThat(pushed.isReady(old)).isFalse();
    assertThat(pushed.isReady(replaced)).isTrue();
  }

  @Test
  void theProgramBeforeMayHaveCrashed() {
    // Given
    arrival.set(NEWS);

    // Then
    assertThat(pushed.mends(stalled("Crashed", BUILT + PROGRAM_SINCE.formatted("12:00:03.0"))))
        .isTrue();
    assertThat(pushed.mends(stalled("Crashed", BUILT + PROGRAM_SINCE.formatted("12:00:03.2"))))
        .isFalse();
  }

  @Test
  void aProgramOfThePushThatRunsAfterACrashHasTimeToProveItself() {
    // Given
    arrival.set(NEWS);
    var proving = stalled("Crashed", BUILT + RUNNING);

    // When
    var atOnce = pushed.mends(proving);
    clock.pass(PushedSource.AFTER_CRASH.minusSeconds(1));
    var later = pushed.mends(proving);
    clock.pass(Duration.ofSeconds(1));

    // Then
    assertThat(atOnce).isTrue();
    assertThat(later).isTrue();
    assertThat(pushed.mends(proving)).isFalse();
  }

  @Test
  void withoutReloadACrashIsWaitedOutUntilTheKubeletsNextTryAlsoWhileAProgramRuns() {
    // Given
    spec = "reload: {mode: Off}";
    arrival.set(NEWS);
    var crashed = stalled("Crashed", OLD_BUILD + "\nruntime: {program: {state: Running}}");

    // When
    pushed.mends(crashed);
    clock.pass(PushedSource.AFTER_CRASH);

    // Then
    assertThat(pushed.mends(crashed)).isTrue();
    clock.pass(PushedSource.NEXT_TRY.minus(PushedSource.AFTER_CRASH));
    assertThat(pushed.mends(crashed)).isFalse();
  }

  @Test
  void withoutABuildReadyCountsOnceItHasStood() {
    // Given
    arrival.set(NEWS_OF_UNKNOWN_TIME);
    var ready = ready(OLD_BUILD);

    // When
    var atOnce = pushed.isReady(ready);
    clock.pass(PushedSource.QUIET.minusSeconds(1));
    // a report that says nothing new
    var reported = pushed.isReady(ready(OLD_BUILD + "\nruntime: {sequence: 7}"));
    clock.pass(Duration.ofSeconds(1));

    // Then
    assertThat(atOnce).isFalse();
    assertThat(reported).isFalse();
    assertThat(pushed.isReady(ready)).isTrue();
  }

  @Test
  void whileAChangeIsBuiltNothingIsDecided() {
    // Given
    arrival.set(NEWS);
    var building =
        environment("{type: Ready, status: 'True', reason: Building, message: x}", OLD_BUILD);

    // When
    pushed.isReady(building);
    clock.pass(PushedSource.QUIET.multipliedBy(9));

    // Then
    assertThat(pushed.isReady(building)).isFalse();
  }

  @Test
  void withoutReloadNoBuildFollows() {
    // Given
    spec = "reload: {mode: Off}";
    arrival.set(NEWS);
    var ready = ready(OLD_BUILD);

    // Then
    assertThat(pushed.isReady(ready)).isTrue();
    assertThat(pushed.waitsForRestart(ready)).isTrue();
    assertThat(
            pushed.waitsForRestart(
                ready("build: {result: Succeeded, time: '2026-01-01T12:00:20Z', seconds: 4}")))
        .isFalse();
    arrival.set(NONE);
    assertThat(pushed.waitsForRestart(ready)).isFalse();
  }

  @Test
  void withReloadNothingWaitsForARestart() {
    // Given
    arrival.set(NEWS);

    // Then
    assertThat(pushed.waitsForRestart(ready(OLD_BUILD))).isFalse();
  }

  @Test
  void withoutReloadTheKubeletsNextTryIsWaitedFor() {
    // Given
    spec = "reload: {mode: Off}";
    arrival.set(NEWS);
    var before = stalled("GoSumMissing", "");

    // When
    var atOnce = pushed.mends(before);
    clock.pass(PushedSource.NEXT_TRY.minusSeconds(1));
    var later = pushed.mends(before);
    clock.pass(Duration.ofSeconds(1));

    // Then
    assertThat(atOnce).isTrue();
    assertThat(later).isTrue();
    assertThat(pushed.mends(before)).isFalse();
  }

  @Test
  void withoutReloadAFailureAfterThePushIsOfIt() {
    // Given
    spec = "reload: {mode: Off}";
    arrival.set(NEWS);

    // Then
    assertThat(
            pushed.mends(
                environment(
                    "{type: Stalled, status: 'True', reason: GoSumMissing, message: x,"
                        + " lastTransitionTime: '2026-01-01T12:00:00Z'}",
                    "")))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BuildFailed",
        "GoModMissing",
        "GoModInvalid",
        "GoSumMissing",
        "GoSumOutOfDate",
        "VendorOutOfDate",
        "NoMainPackage",
        "SeveralMainPackages",
        "Crashed",
      })
  void whatAPushCanMendIsWaitedOut(String reason) {
    // Given
    var stalled = stalled(reason, OLD_BUILD);
    var before = pushed.mends(stalled);

    // When
    arrival.set(NEWS);
    var after = pushed.mends(stalled);
    // the program of the push may run already, and has to prove itself
    clock.pass(reason.equals("Crashed") ? PushedSource.AFTER_CRASH : PushedSource.QUIET);

    // Then
    assertThat(before).isTrue();
    assertThat(after).isTrue();
    assertThat(pushed.mends(stalled)).as("no build followed").isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ImagePullFailed",
        "InvalidSpec",
        "QuotaExceeded",
        "ChecksumMismatch",
        "CacheFull"
      })
  void whatNoPushCanMendIsNot(String reason) {
    assertThat(pushed.mends(stalled(reason, ""))).isFalse();
    assertThat(new PushedSource(() -> null, false, clock).mends(stalled(reason, ""))).isFalse();
  }

  @Test
  void whereNothingWasPushedTheFailureIsThatOfTheSource() {
    // Given
    arrival.set(NONE);

    // Then
    assertThat(pushed.mends(stalled("BuildFailed", OLD_BUILD))).isFalse();
    assertThat(
            new PushedSource(arrival::get, false, clock).mends(stalled("BuildFailed", OLD_BUILD)))
        .as("the next save mends it")
        .isTrue();
  }

  private GoDevEnvironment ready(String status) {
    return environment(READY, status);
  }

  private GoDevEnvironment stalled(String reason, String status) {
    return environment(
        "{type: Stalled, status: 'True', reason: %s, message: x, lastTransitionTime: '2026-01-01T11:05:00Z'}"
            .formatted(reason),
        status);
  }

  private GoDevEnvironment environment(String condition, String status) {
    return Shop.environment(spec, "conditions:\n- " + condition + "\n" + status);
  }
}
