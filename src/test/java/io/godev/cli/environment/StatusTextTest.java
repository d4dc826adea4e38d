package io.godev.cli.environment;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.MicroTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatusTextTest {
  private static final String READY =
      """
      observedGeneration: 1
      goVersion: "1.26"
      source: module example.com/shop v1.2.3
      image: golang:1.26-bookworm
      platform: {distribution: DockerDesktopKind, kubernetesVersion: v1.34.1}
      conditions:
      - {type: Ready, status: "True", reason: Ready, message: It answers., observedGeneration: 1}
      - {type: Accepted, status: "True", reason: Accepted, message: It is valid., observedGeneration: 1}
      - {type: Reconciling, status: "False", reason: Ready, message: Nothing to do.}
      - {type: Stalled, status: "False", reason: Ready, message: Nothing to do.}
      endpoints:
      - {name: http, port: 80, protocol: TCP, url: "http://shop.team.svc:80", externalUrl: "http://localhost:80", portForward: kubectl port-forward -n team pod/shop 8080:80}
      - {name: pprof, port: 6060, protocol: TCP, portForward: forward-it, pprof: go tool pprof x}
      debug: {portForward: kubectl port-forward -n team pod/shop 40000:40000}
      build: {result: Succeeded, package: ./cmd/shop, seconds: 3.25, time: "2026-01-01T11:58:00Z"}
      advice:
      - {rule: FloatingImage, severity: Warning, field: spec.go.image, message: has no tag, remedy: name one.}
      """;

  private final StatusText text = new StatusText(Instant.parse("2026-01-01T12:00:00Z"));

  @Test
  void whoWorksAndUntilWhenItRunsIsTold() {
    // Given
    var text = new StatusText(Instant.parse("2026-01-01T12:10:00Z"));

    // Then
    assertThat(work(text, "{kind: Command}")).isEqualTo("Command");
    assertThat(
            work(
                text,
                "{kind: Terminal, lastActivity: '2026-01-01T12:00:00Z', suspendAt:"
                    + " '2026-01-01T13:00:00Z', expiresAt: '2026-01-02T12:00:00Z'}"))
        .isEqualTo(
            "the last (Terminal) 10m ago, suspended at 2026-01-01T13:00:00Z if there is none until"
                + " then, time until 2026-01-02T12:00:00Z");
    assertThat(
            work(text, "{suspendedAt: '2026-01-01T12:00:00Z', expiresAt: '2026-01-01T12:00:00Z'}"))
        .isEqualTo("suspended at 2026-01-01T12:00:00Z");
    assertThat(text.detail(Shop.environment("", "observedGeneration: 1"), List.of()))
        .doesNotContain("Work:");
  }

  private static String work(StatusText text, String activity) {
    return text.detail(Shop.environment("", "activity: " + activity), List.of())
        .lines()
        .filter(line -> line.startsWith("Work:"))
        .map(line -> line.substring("Work:".length()).strip())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void allThatIsKnownIsShown() {
    assertThat(text.detail(Shop.environment("", READY), List.of()))
        .isEqualTo(
            """
            Name:      shop (namespace team)
            State:     Ready: It answers.
            Source:    module example.com/shop v1.2.3
            Go:        1.26, golang:1.26-bookworm
            Cluster:   DockerDesktopKind, v1.34.1
            Age:       60m

            Conditions:
              Accepted   True   Accepted   It is valid.
              Ready      True   Ready      It answers.

            Ports:
              http    80/TCP     http://localhost:80   kubectl port-forward -n team pod/shop 8080:80
              pprof   6060/TCP   inside the pod        forward-it
                                                       go tool pprof x

            Debugger:
              kubectl port-forward -n team pod/shop 40000:40000

            Last build:
              ./cmd/shop succeeded in 3.3 s, 2m ago

            Advice:
              Warning   spec.go.image   has no tag name one.""");
  }

  @Test
  void aFailedBuildNamesFileAndLine() {
    assertThat(
            text.detail(
                Shop.environment(
                    "",
                    "build: {result: Failed, package: ., file: main.go, line: 4, error: 'undefined: greet'}"),
                List.of()))
        .contains("Last build:\n  . failed\n    main.go:4: undefined: greet");
  }

  @Test
  void oneThatNobodyLookedAtSaysSo() {
    // When
    var environment = Shop.environment("", "");

    // Then
    assertThat(text.detail(environment, List.of()))
        .contains("State:   not seen by the operator yet: is it running?")
        .doesNotContain("Conditions");
    assertThat(text.change(environment)).isEqualTo("not seen by the operator yet");
    assertThat(text.table(List.of(environment)).lines().skip(1))
        .singleElement()
        .asString()
        .containsPattern("shop +Unknown +NotSeenYet +60m");
  }

  @Test
  void aStateOfTheSpecBeforeIsMarked() {
    // Given
    var environment = Shop.environment("", READY);
    environment.getMetadata().setGeneration(2L);

    // Then
    assertThat(text.detail(environment, List.of())).contains("It answers. (of the spec before)");
  }

  @Test
  void stalledAndReconcilingShowWhileTheyHold() {
    assertThat(
            text.detail(
                Shop.environment(
                    "",
                    READY.replace(
                        "{type: Stalled, status: \"False\"", "{type: Stalled, status: \"True\"")),
                List.of()))
        .contains("Stalled    True   Ready");
  }

  @Test
  void aLineForEachByNameWithTheAddressFromOutsideFirst() {
    // Given
    var other = Shop.environment("", "");
    other.getMetadata().setName("basket");

    // When
    var lines = text.table(List.of(Shop.environment("", READY), other)).lines().toList();

    // Then
    assertThat(lines.get(0)).matches("NAME +READY +REASON +GO +SOURCE +URL +AGE");
    assertThat(lines.get(1)).startsWith("basket");
    assertThat(lines.get(2))
        .matches(
            "shop +True +Ready +1.26 +module example.com/shop v1.2.3 +http://localhost:80 +60m");
  }

  @Test
  void theLastTenEventsAreShownTheNewestFirst() {
    // When
    var shown =
        text.detail(
            Shop.environment("", ""),
            IntStream.range(0, 12).mapToObj(StatusTextTest::event).toList());

    // Then
    assertThat(shown.substring(shown.indexOf("Events:")).lines())
        .hasSize(11)
        .element(1)
        .asString()
        .contains("message 11");
    assertThat(shown).doesNotContain("message 1\n").contains("message 2");
  }

  // old events have lastTimestamp, new ones eventTime
  private static Event event(int minute) {
    var time = "2026-01-01T11:%02d:00Z".formatted(minute);
    var event =
        new EventBuilder()
            .withNewMetadata()
            .endMetadata()
            .withType("Warning")
            .withReason("BuildFailed")
            .withMessage("message " + minute)
            .build();
    if (minute % 2 == 0) {
      event.setLastTimestamp(time);
    } else {
      event.setEventTime(new MicroTime(time.replace("Z", ".000000Z")));
    }
    return event;
  }
}
