package io.godev.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class AnswerTest {
  @Test
  void whatIsNotThereIsAbsent() {
    assertThat(Answer.to(() -> null)).isEqualTo(new Answer.Absent<>());
    assertThat(Answer.to(() -> fail(404, "not found"))).isEqualTo(new Answer.Absent<>());
  }

  @Test
  void aRefusalIsInTheWordsOfTheApiServer() {
    assertThat(Answer.to(() -> fail(403, "nodes is forbidden")))
        .isEqualTo(new Answer.Unknown<>("nodes is forbidden"));
  }

  @Test
  void aConnectionThatBreaksIsInTheWordsOfItsCause() {
    assertThat(
            Answer.to(
                () -> {
                  throw new KubernetesClientException(
                      "Operation: [list] failed.", new IOException("connection reset"));
                }))
        .isEqualTo(new Answer.Unknown<>("connection reset"));
  }

  @Test
  void aMistakeOfTheProgramIsNotHidden() {
    assertThatThrownBy(
            () ->
                Answer.to(
                    () -> {
                      throw new IllegalStateException("a bug");
                    }))
        .hasMessage("a bug");
  }

  private static Object fail(int code, String message) {
    throw new KubernetesClientException(
        new StatusBuilder().withCode(code).withMessage(message).build());
  }
}
