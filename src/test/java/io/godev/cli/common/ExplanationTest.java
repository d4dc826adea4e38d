package io.godev.cli.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExplanationTest {
  private static final Connection HERE = new Connection("https://10.0.0.1:6443", "docker-desktop");
  private static final String WHERE = "https://10.0.0.1:6443 (context docker-desktop)";

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new Failure("do this."), "do this."),
        Arguments.of(
            answer(401, "Unauthorized"),
            WHERE
                + " does not accept your login. Log in again, or choose another cluster with --context."),
        Arguments.of(
            answer(403, "pods is forbidden"),
            "pods is forbidden. Ask who runs the cluster for that right; \"godev doctor\" lists what is needed."),
        Arguments.of(
            answer(404, "the server could not find the requested resource"),
            WHERE
                + " knows no GoDevEnvironment. Install the operator: kubectl apply --server-side -f install.yaml."),
        Arguments.of(
            answer(404, "404 page not found"),
            WHERE
                + " knows no GoDevEnvironment. Install the operator: kubectl apply --server-side -f install.yaml."),
        Arguments.of(answer(404, "pods \"shop\" not found"), "pods \"shop\" not found"),
        Arguments.of(answer(422, "spec.source: no"), "spec.source: no"),
        Arguments.of(answer(500, "etcd is gone"), "etcd is gone"),
        Arguments.of(
            noAnswer(new ConnectException("Connection refused")),
            WHERE
                + " does not answer: connection refused or no way to it. Start the cluster, or choose another"
                + " cluster with --context."),
        Arguments.of(
            noAnswer(new UnknownHostException("k8s.example")),
            WHERE
                + " does not answer: its name is not known here. Start the cluster, or choose another cluster with"
                + " --context."),
        Arguments.of(
            noAnswer(new SocketTimeoutException("timeout")),
            WHERE
                + " does not answer: no answer in time. Start the cluster, or choose another cluster with"
                + " --context."),
        Arguments.of(
            noAnswer(new IOException(new SSLHandshakeException("certificate has expired"))),
            "no secure connection to "
                + WHERE
                + ": certificate has expired. Take a new kubeconfig from who runs the cluster, or choose another"
                + " cluster with --context."),
        Arguments.of(
            noAnswer(new IOException("stream was reset")),
            WHERE
                + " does not answer: stream was reset. Start the cluster, or choose another cluster with"
                + " --context."),
        Arguments.of(new NoSuchFileException("a.yaml"), "there is no file a.yaml."),
        Arguments.of(new AccessDeniedException("a.yaml"), "no right to read or write a.yaml."),
        Arguments.of(new IOException("disk full"), "disk full"),
        Arguments.of(
            new IllegalStateException("a bug"),
            "unexpected failure: java.lang.IllegalStateException: a bug. Please report it, with what --verbose shows"
                + " besides"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureIsASentence(Throwable failure, String sentence) {
    assertThat(Explanation.of(failure, HERE)).isEqualTo(sentence);
  }

  @Test
  void withoutAContextTheServerIsEnough() {
    assertThat(
            Explanation.of(
                noAnswer(new ConnectException()), new Connection("https://kubernetes.default", "")))
        .startsWith("https://kubernetes.default does not answer");
  }

  @Test
  void aCauseThatIsItsOwnCauseEnds() {
    // Given
    var failure =
        new RuntimeException("round") {
          @Override
          public synchronized Throwable getCause() {
            return this;
          }
        };

    // Then
    assertThat(Explanation.of(failure, HERE)).startsWith("unexpected failure");
  }

  private static KubernetesClientException answer(int code, String message) {
    return new KubernetesClientException(
        new StatusBuilder().withCode(code).withMessage(message).build());
  }

  private static KubernetesClientException noAnswer(Throwable cause) {
    return new KubernetesClientException("An error has occurred.", cause);
  }
}
