package io.godev.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.common.Failure;
import io.godev.cli.environment.Shop;
import io.godev.cli.sync.Arrival;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(https = false, crud = true)
class StartTest {
  private static final String CRASHED =
      """
      observedGeneration: %1$d
      startup: {startedAt: '%2$s'}
      conditions:
      - {type: Ready, status: 'False', reason: Crashed, message: exit code 2, observedGeneration: %1$d}
      - {type: Stalled, status: 'True', reason: Crashed, message: x, observedGeneration: %1$d, lastTransitionTime: '2026-01-01T11:05:00Z'}
      """;
  private static final String READY =
      """
      observedGeneration: %1$d
      startup: {startedAt: '%2$s'}
      conditions:
      - {type: Ready, status: 'True', reason: Ready, message: x, observedGeneration: %1$d}
      """;
  private static final String OLD = "2026-01-01T11:00:00Z";
  private static final String NEW = "2026-01-01T12:00:00Z";
  private static final Duration LONG = Duration.ofMinutes(1);

  KubernetesClient client;
  private final AtomicBoolean interrupted = new AtomicBoolean();
  private final StringWriter said = new StringWriter();

  @AfterEach
  void end() {
    interrupted.set(true);
  }

  @Test
  void whatThePodBeforeFailedByIsNoFailureOfTheNext() throws Exception {
    // Given
    var crashed = create(CRASHED, OLD);

    // When
    var ready = CompletableFuture.supplyAsync(() -> start(LONG).awaitReady(crashed));
    assertThat(ready).failsWithin(Duration.ofMillis(700)).withThrowableThat().withNoCause();
    status(READY, NEW);

    // Then
    assertThat(ready.get(10, TimeUnit.SECONDS).getStatus().startup().startedAt()).isEqualTo(NEW);
  }

  @Test
  void theNextPodsOwnFailureIsOne() {
    // Given
    var crashed = create(CRASHED, OLD);
    status(CRASHED, NEW);

    // Then
    assertThatThrownBy(() -> start(LONG).awaitReady(crashed))
        .isInstanceOf(Failure.class)
        .hasMessage("Crashed: exit code 2");
  }

  @Test
  void aFailureThatTheOperatorLeavesIsOneInTheEnd() {
    // Given
    var crashed = create(CRASHED, OLD);

    // Then
    assertThatThrownBy(() -> start(Duration.ofMillis(500)).awaitReady(crashed))
        .isInstanceOf(Failure.class)
        .hasMessage("Crashed: exit code 2");
  }

  @Test
  void aFailureOfTheSpecAsItIsEndsTheWaitForWhicheverPod() {
    // Given
    create(CRASHED, OLD);

    // Then
    assertThatThrownBy(() -> start(LONG).awaitReadyOrStill(OLD))
        .isInstanceOf(Failure.class)
        .hasMessage("Crashed: exit code 2");
  }

  @Test
  void readyIsThatOfThePushOnceItIsOver() throws Exception {
    // Given
    create(READY, OLD);
    var arrival = new AtomicReference<Arrival>();
    var start = start(LONG);
    start.whilePushed(new PushedSource(arrival::get, true));

    // When
    var ready = CompletableFuture.supplyAsync(() -> start.awaitReadyOrStill(OLD));
    assertThat(ready).failsWithin(Duration.ofMillis(700)).withThrowableThat().withNoCause();
    arrival.set(new Arrival(false, null));

    // Then
    assertThat(ready.get(10, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void whatAPushCanMendIsToldAndWaitedOutUntilItIsOver() {
    // Given
    create(CRASHED, OLD);
    var arrival = new AtomicReference<Arrival>();
    var start = start(LONG);
    start.whilePushed(new PushedSource(arrival::get, true));

    // When
    var ready = CompletableFuture.supplyAsync(() -> start.awaitReadyOrStill(OLD));
    assertThat(ready).failsWithin(Duration.ofMillis(700)).withThrowableThat().withNoCause();
    var told = said.toString();
    arrival.set(new Arrival(false, null));

    // Then
    assertThat(told).isEqualToIgnoringNewLines("  waits: Crashed: exit code 2");
    assertThat(ready)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withCauseInstanceOf(Failure.class)
        .withMessageEndingWith("Crashed: exit code 2");
  }

  @Test
  void whatNoPushMendsEndsTheWaitAtOnce() {
    // Given
    create(CRASHED.replace("Crashed", "QuotaExceeded"), OLD);
    var start = start(LONG);
    start.whilePushed(new PushedSource(() -> null, false));

    // Then
    assertThatThrownBy(() -> start.awaitReadyOrStill(OLD))
        .isInstanceOf(Failure.class)
        .hasMessage("QuotaExceeded: exit code 2");
  }

  @Test
  void anEnvironmentThatNoOperatorHasLookedAtIsNotReady() {
    // Given
    client.resource(Shop.environment("", "")).create();

    // Then
    assertThatThrownBy(() -> start(Duration.ofMillis(500)).awaitReadyOrStill(""))
        .isInstanceOf(Failure.class)
        .hasMessageStartingWith("no operator has looked at the environment");
  }

  private Start start(Duration patience) {
    return new Start(shop(), new PrintWriter(said, true), interrupted::get, patience);
  }

  private GoDevEnvironment create(String status, String startedAt) {
    client.resource(Shop.environment("", "")).create();
    status(status, startedAt);
    return shop().get();
  }

  private void status(String status, String startedAt) {
    var now = shop().get();
    now.setStatus(
        Shop.environment("", status.formatted(now.getMetadata().getGeneration(), startedAt))
            .getStatus());
    client.resource(now).updateStatus();
  }

  private Resource<GoDevEnvironment> shop() {
    return client.resources(GoDevEnvironment.class).inNamespace("team").withName("shop");
  }
}
