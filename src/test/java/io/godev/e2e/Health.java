package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the own code of GitOps tools says of objects. */
final class Health {
  static final Path FOLDER = Path.of("deploy/gitops");

  static final String CURRENT = "kstatus Current, Argo CD Healthy";
  static final String IN_PROGRESS = "kstatus InProgress, Argo CD Progressing";
  static final String FAILED = "kstatus Failed, Argo CD Degraded";
  static final String TERMINATING = "kstatus Terminating, Argo CD Progressing";

  private Health() {}

  /** Of an environment as it is now. */
  static String of(Cluster cluster, String environment) {
    return of(List.of(
            cluster
                .client()
                .genericKubernetesResources("godev.io/v1alpha1", "GoDevEnvironment")
                .inNamespace(cluster.namespace())
                .withName(environment)
                .get()))
        .get(0);
  }

  /** Of each, without what comes twice in a row. */
  static List<String> of(List<GenericKubernetesResource> objects) {
    var serialization = new KubernetesSerialization();
    List<String> told = new ArrayList<>();
    try {
      var process =
          new ProcessBuilder("go", "run", "./cmd/health")
              .directory(FOLDER.toFile())
              .redirectErrorStream(true)
              .start();
      try (var stdin = process.getOutputStream()) {
        for (var object : objects) {
          stdin.write(("---\n" + serialization.asYaml(object)).getBytes(StandardCharsets.UTF_8));
        }
      }
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).describedAs(output).isZero();
      output
          .lines()
          .map(line -> line.split("\t"))
          .map(parts -> parts[1] + ", " + parts[2])
          .filter(line -> told.isEmpty() || !told.get(told.size() - 1).equals(line))
          .forEach(told::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return told;
  }
}
