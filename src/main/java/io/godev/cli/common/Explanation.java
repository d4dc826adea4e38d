package io.godev.cli.common;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** A failure as a sentence: what happened, and what to do. */
final class Explanation {
  private static final String OTHER_CLUSTER = "or choose another cluster with --context";

  private Explanation() {}

  static String of(Throwable failure, Connection connection) {
    if (failure instanceof Failure) {
      return failure.getMessage();
    }
    var answer = answer(failure);
    if (answer.isPresent()) {
      return ofAnswer(answer.get(), connection);
    }
    if (find(failure, KubernetesClientException.class).isPresent()
        || find(failure, ConnectException.class).isPresent()) {
      return ofSilence(failure, connection);
    }
    return ofFile(failure)
        .orElse(
            "unexpected failure: "
                + failure
                + ". Please report it, with what --verbose shows besides");
  }

  /** What the API server answered, also to a connection with the pod; empty if it did not. */
  static Optional<KubernetesClientException> answer(Throwable failure) {
    return find(failure, KubernetesClientException.class)
        .filter(e -> e.getCode() > 0)
        .or(
            () ->
                find(failure, WebSocketHandshakeException.class)
                    .map(handshake -> ofHandshake(handshake.getResponse().code())));
  }

  // what the API server says besides is lost with the handshake
  private static KubernetesClientException ofHandshake(int code) {
    return new KubernetesClientException(
        "the API server answers %d to a connection with the pod (pods/exec, pods/portforward)"
            .formatted(code),
        code,
        null);
  }

  private static String ofAnswer(KubernetesClientException answer, Connection connection) {
    var said =
        answer.getStatus() == null || answer.getStatus().getMessage() == null
            ? answer.getMessage()
            : answer.getStatus().getMessage();
    return switch (answer.getCode()) {
      case 401 ->
          "%s does not accept your login. Log in again, %s.".formatted(connection, OTHER_CLUSTER);
      case 403 ->
          said
              + ". Ask who runs the cluster for that right; \"godev doctor\" lists what is needed.";
      case 404 ->
          said.contains("could not find the requested resource") || said.contains("page not found")
              ? noDefinition(connection)
              : said;
      default -> said;
    };
  }

  static String noDefinition(Connection connection) {
    return "%s knows no GoDevEnvironment. Install the operator: kubectl apply --server-side -f install.yaml."
        .formatted(connection);
  }

  private static String ofSilence(Throwable failure, Connection connection) {
    var untrusted = find(failure, SSLException.class);
    if (untrusted.isPresent()) {
      return "no secure connection to %s: %s. Take a new kubeconfig from who runs the cluster, %s."
          .formatted(connection, untrusted.get().getMessage(), OTHER_CLUSTER);
    }
    return "%s does not answer: %s. Start the cluster, %s."
        .formatted(connection, whySilent(failure), OTHER_CLUSTER);
  }

  private static String whySilent(Throwable failure) {
    var unknown = find(failure, UnknownHostException.class);
    if (unknown.isPresent()) {
      return "its name is not known here";
    }
    if (find(failure, SocketTimeoutException.class).isPresent()
        || find(failure, TimeoutException.class).isPresent()
        || find(failure, KubernetesClientTimeoutException.class).isPresent()) {
      return "no answer in time";
    }
    if (find(failure, ConnectException.class).isPresent()) {
      return "connection refused or no way to it";
    }
    var root = causes(failure).reduce((first, second) -> second).orElse(failure);
    return Objects.requireNonNullElse(root.getMessage(), root.getClass().getSimpleName());
  }

  private static Optional<String> ofFile(Throwable failure) {
    if (failure instanceof NoSuchFileException missing) {
      return Optional.of("there is no file " + missing.getFile() + ".");
    }
    if (failure instanceof AccessDeniedException denied) {
      return Optional.of("no right to read or write " + denied.getFile() + ".");
    }
    return find(failure, IOException.class).map(Throwable::getMessage);
  }

  private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> kind) {
    return causes(failure).filter(kind::isInstance).map(kind::cast).findFirst();
  }

  private static Stream<Throwable> causes(Throwable failure) {
    // some exceptions are their own cause's cause
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(20);
  }
}
