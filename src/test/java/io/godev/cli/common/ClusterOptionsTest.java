package io.godev.cli.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godev.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ClusterOptionsTest {
  @TempDir private Path folder;

  @Test
  void theNamespaceIsThatOfTheContextUnlessOneIsGiven() throws IOException {
    // Given
    var file = file(Ran.kubeconfig("https://10.0.0.1"));

    // Then
    assertThat(options("--kubeconfig", file).namespace()).isEqualTo("team");
    assertThat(options("--kubeconfig", file, "-n", "mine").namespace()).isEqualTo("mine");
    assertThat(
            options(
                    "--kubeconfig",
                    file(Ran.kubeconfig("https://10.0.0.1").replace(", namespace: team", "")))
                .namespace())
        .isEqualTo("default");
    assertThat(options("--kubeconfig", file).context()).isEqualTo("docker-desktop");
  }

  @Test
  void aContextThatIsNotThereIsAnsweredWithThoseThatAre() throws IOException {
    // Given
    var options =
        options("--kubeconfig", file(Ran.kubeconfig("https://10.0.0.1")), "--context", "prod");

    // Then
    assertThatThrownBy(options::connect)
        .isInstanceOf(Failure.class)
        .hasMessage("the kubeconfig has no context prod. It has docker-desktop.");
  }

  @Test
  void aKubeconfigWithoutACurrentContextAsksForOne() throws IOException {
    // Given
    var options =
        options(
            "--kubeconfig",
            file(
                Ran.kubeconfig("https://10.0.0.1")
                    .replace("current-context: docker-desktop\n", "")));

    // Then
    assertThatThrownBy(options::connect)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("no current context. Choose one with --context: docker-desktop");
  }

  @Test
  void aKubeconfigThatIsNotThereIsNamed() {
    // Given
    var options = options("--kubeconfig", folder.resolve("nothing").toString());

    // Then
    assertThatThrownBy(options::connect)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("nothing that can be read. Name another with --kubeconfig");
  }

  private static ClusterOptions options(String... arguments) {
    return CommandLine.populateCommand(new ClusterOptions(), arguments);
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("config-" + text.hashCode()), text).toString();
  }
}
