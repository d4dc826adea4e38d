package io.godev.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.stream.Stream;

/**
 * What a command said and how it ended.
 *
 * @param stream what it wrote without the help of picocli: logs, and the output of other commands
 */
public record Ran(int code, String out, String err, String stream) {

  public static Ran godev(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var stream = new ByteArrayOutputStream();
    var before = System.out;
    System.setOut(new PrintStream(stream, true, StandardCharsets.UTF_8));
    try {
      var code =
          Godev.commandLine()
              .setOut(new PrintWriter(out, true))
              .setErr(new PrintWriter(err, true))
              .execute(arguments);
      return new Ran(code, out.toString(), err.toString(), stream.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  public static Ran godevWith(String input, String... arguments) {
    var before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return godev(arguments);
    } finally {
      System.setIn(before);
    }
  }

  /** In the namespace team of the API server that a client speaks to. */
  public static Ran godevIn(KubernetesClient client, String... arguments) {
    try {
      var kubeconfig = Files.createTempFile("kubeconfig", ".yaml");
      try {
        Files.writeString(kubeconfig, kubeconfig(client.getMasterUrl().toString()));
        return godev(
            Stream.concat(
                    Stream.of(arguments).limit(1),
                    Stream.concat(
                        Stream.of("--kubeconfig", kubeconfig.toString()),
                        Stream.of(arguments).skip(1)))
                .toArray(String[]::new));
      } finally {
        Files.delete(kubeconfig);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a context docker-desktop, which trusts whoever answers. */
  public static String kubeconfig(String server) {
    return """
        apiVersion: v1
        kind: Config
        current-context: docker-desktop
        contexts:
        - name: docker-desktop
          context: {cluster: c, user: u, namespace: team}
        clusters:
        - name: c
          cluster: {server: "%s", insecure-skip-tls-verify: true}
        users:
        - name: u
          user: {token: secret}
        """
        .formatted(server);
  }
}
