package io.godev.assess;

import static io.godev.assess.Pods.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.plan.Environments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnouncementTest {
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
    return Passes.assess(
        Environments.environment("run: {ports: [{name: http, containerPort: 8080}]}"),
        Passes.seen(pod.build()),
        NOW);
  }
}
