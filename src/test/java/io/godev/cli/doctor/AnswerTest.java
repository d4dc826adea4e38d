package io.godev.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nodes is forbidden: User \"alice\" cannot list resource \"nodes\" in API group \"\" at the cluster scope"
            + " | you may not list nodes",
        "deployments.apps \"a\" is forbidden: User \"system:serviceaccount:t:bob\" cannot get resource"
            + " \"deployments\" in API group \"apps\" in the namespace \"godev-system\": RBAC: role not found"
            + " | you may not get deployments in the namespace godev-system",
        "pods \"a\" is forbidden: exceeded quota | pods \"a\" is forbidden: exceeded quota",
      })
  void whatMayNotBeSeenIsToldInFewWords(String said, String words) {
    assertThat(Answer.to(() -> fail(403, said))).isEqualTo(new Answer.Unknown<>(words));
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
