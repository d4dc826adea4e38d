package io.godev.assess;

import static io.godev.assess.Pods.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.plan.Environments;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnouncementTest {
  private static final String PORT = "run: {ports: [{name: http, containerPort: 8080}]}";

  private final GoDevEnvironmentStatus good = assess(Pods.started().ready(true));
  private final GoDevEnvironmentStatus failed = failed("undefined: x");

  @Test
  void aStartThatGoesWellIsNoNews() {
    // When
    var news = Announcement.between(assess(Pods.until("build").running("build")), good);

    // Then
    assertThat(news).isEmpty();
  }

  @Test
  void aFailureIsNewsWithItsReasonAndMessage() {
    // When
    var news = Announcement.between(null, failed);

    // Then
    assertThat(news).contains(new Announcement(true, "BuildFailed", "undefined: x"));
  }

  @Test
  void theSameFailureIsNewsOnce() {
    // When
    var news = Announcement.between(failed, failed("undefined: x"));

    // Then
    assertThat(news).isEmpty();
  }

  @Test
  void theSameReasonWithOtherWordsIsNews() {
    // When
    var news = Announcement.between(failed, failed("undefined: y"));

    // Then
    assertThat(news).contains(new Announcement(true, "BuildFailed", "undefined: y"));
  }

  @Test
  void theEndOfAFailureIsNewsThatWarnsOfNothing() {
    // When
    var news = Announcement.between(failed, good);

    // Then
    assertThat(news)
        .contains(
            new Announcement(
                false,
                "Recovered",
                "What stood in the way is gone. The program runs and answers."));
  }

  @Test
  void theEndOfAFailureIsToldThoughTheNextStartCameInBetween() {
    // Given
    var environment = Environments.environment(PORT);
    var build = "{\"reason\":\"BuildFailed\",\"detail\":\"undefined: x\"}";
    pass(environment, Pods.until("build").running("build"), 0);
    pass(environment, Pods.until("build").failed("build", 1, "Error", build), 10);
    pass(environment, Pods.until("source").running("source"), 20);

    // When
    var news = pass(environment, Pods.started().ready(true), 30);

    // Then
    assertThat(news).map(Announcement::reason).contains("Recovered");
  }

  @Test
  void aRestartOfWhatWasReadyIsNoRecovery() {
    // Given: a failure that was over before
    var environment = Environments.environment(PORT);
    pass(environment, Pods.started().failedAndWaiting("dev", 1, "{\"reason\":\"Crashed\"}"), 0);
    pass(environment, Pods.started().ready(true), 10);
    pass(environment, Pods.started().ready(true).deleted(), 20);

    // When
    var news = pass(environment, Pods.started().ready(true), 30);

    // Then
    assertThat(news).isEmpty();
  }

  @Test
  void nothingHasRecoveredWhileThePodIsReplacedOrSuspended() {
    // Given
    var suspended = Environments.environment("mode: Suspended");

    // Then
    assertThat(Announcement.between(failed, assess(Pods.until("build").deleted()))).isEmpty();
    assertThat(Announcement.between(failed, assess(Pods.until("build").running("build"))))
        .isEmpty();
    assertThat(Announcement.between(failed, Passes.assess(suspended, Passes.seen(null), NOW)))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"Evicted, Evicted", "NodeShutdown, PodLost"})
  void aLostPodIsWorthKnowingThoughNobodyHasToAct(String kubelet, String reason) {
    // When
    var news = Announcement.between(good, assess(Pods.started().phase("Failed", kubelet)));

    // Then
    assertThat(news).map(Announcement::reason).contains(reason);
    assertThat(news).map(Announcement::warning).contains(true);
  }

  @Test
  void aProgramThatDoesNotAnswerYetIsNoNews() {
    // When
    var news = Announcement.between(good, assess(Pods.started().ready(false)));

    // Then
    assertThat(news).isEmpty();
  }

  /** What is news in a pass, whose status the environment then has. */
  private static Optional<Announcement> pass(GoDevEnvironment environment, Pods pod, int later) {
    var before = environment.getStatus();
    environment.setStatus(
        Passes.assess(environment, Passes.seen(pod.build()), NOW.plusSeconds(later)));
    return Announcement.between(before, environment.getStatus());
  }

  private static GoDevEnvironmentStatus failed(String detail) {
    return assess(
        Pods.until("build")
            .failed(
                "build",
                1,
                "Error",
                "{\"reason\":\"BuildFailed\",\"detail\":\"%s\"}".formatted(detail)));
  }

  private static GoDevEnvironmentStatus assess(Pods pod) {
    return Passes.assess(Environments.environment(PORT), Passes.seen(pod.build()), NOW);
  }
}
