package io.godev.cli.environment;

import static io.godev.cli.environment.Shop.ended;
import static io.godev.cli.environment.Shop.running;
import static io.godev.cli.environment.Shop.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ContainerChoiceTest {
  static Stream<Arguments> pods() {
    return Stream.of(
        Arguments.of("no status", new PodBuilder().withNewMetadata().endMetadata().build(), ""),
        Arguments.of("nothing started", Shop.pod(List.of(waiting("source")), waiting("dev")), ""),
        Arguments.of(
            "a step at work",
            Shop.pod(List.of(ended("source", 0), running("build")), waiting("dev")),
            "build live"),
        Arguments.of(
            "a step that failed",
            Shop.pod(List.of(ended("source", 1), waiting("build")), waiting("dev")),
            "source"),
        Arguments.of(
            "the program",
            Shop.pod(List.of(ended("source", 0), ended("build", 0)), running("dev")),
            "dev live"),
        Arguments.of(
            "a program that ended",
            Shop.pod(List.of(ended("source", 0), ended("build", 0)), ended("dev", 2)),
            "dev"),
        Arguments.of(
            "a program that is about to be started again",
            Shop.pod(List.of(), again("dev")),
            "dev"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pods")
  void theLogThatMattersIsChosen(String name, Pod pod, String chosen) {
    assertThat(
            ContainerChoice.of(pod)
                .map(choice -> choice.container() + (choice.live() ? " live" : ""))
                .orElse(""))
        .isEqualTo(chosen);
  }

  @Test
  void aContainerIsChosenByItsNameOnceItWasStarted() {
    // Given
    var pod = Shop.pod(List.of(ended("source", 0), waiting("build")), waiting("dev"));

    // Then
    assertThat(ContainerChoice.of(pod, "source")).isPresent();
    assertThat(ContainerChoice.of(pod, "build")).isEmpty();
    assertThat(ContainerChoice.of(pod, "nothing")).isEmpty();
    assertThat(ContainerChoice.names(pod)).containsExactly("source", "build", "dev");
  }

  @Test
  void theSameContainerOfAnotherPodIsAnotherRun() {
    // Given
    var pod = Shop.pod(List.of(), running("dev"));
    var next = Shop.pod(List.of(), running("dev"));
    next.getMetadata().setUid("pod-2");

    // Then
    assertThat(ContainerChoice.of(pod).orElseThrow().run())
        .isNotEqualTo(ContainerChoice.of(next).orElseThrow().run());
  }

  private static ContainerStatus again(String name) {
    var status = waiting(name);
    status.setLastState(
        new ContainerStateBuilder().withNewTerminated().withExitCode(1).endTerminated().build());
    return status;
  }
}
