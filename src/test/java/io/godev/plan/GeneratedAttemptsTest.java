package io.godev.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.cli.Ran;
import io.godev.generated.Committed;
import io.godev.plan.Attempts.Attempt;
import io.godev.plan.Attempts.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What stops each attempt to ask for what Pod Security forbids. The pods of those that are accepted
 * are written down, and src/test/podsecurity looks at them with Kubernetes' own checks.
 */
class GeneratedAttemptsTest {
  private static final Path PODS = Path.of("src/test/resources/podsecurity/pods.yaml");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  @TempDir private Path folder;

  private static List<Attempt> attempts() {
    return Attempts.all();
  }

  @ParameterizedTest
  @MethodSource("attempts")
  void anAttemptIsStoppedByWhatTheTableSays(Attempt attempt) throws IOException {
    // When
    var found = violations(attempt.environment());

    // Then
    switch (attempt.stopped()) {
      case field -> {
        assertThat(found).isNotEmpty().allMatch(line -> line.contains("there is no such field"));
        assertThat(violations(asStored(attempt))).isEmpty();
      }
      case value ->
          assertThat(found).isNotEmpty().noneMatch(line -> line.contains("no such field"));
      default -> assertThat(found).isEmpty();
    }
  }

  @Test
  void thePodsOfWhatIsAcceptedOrDroppedAreTheCommittedOnes() throws IOException {
    // When
    var text = new StringBuilder("# Made by \"make generate\" from attempts.yaml.\n");
    text.append(pod("dropped", Attempts.everythingThatIsDropped()));
    for (var attempt : attempts()) {
      if (attempt.stopped() == Stop.pod) {
        text.append(pod(attempt.toString(), attempt.environment()));
      }
    }

    // Then
    Committed.is(PODS, text.toString());
  }

  private static String pod(String title, ObjectNode environment) throws IOException {
    return "---\n# %s\n%s"
        .formatted(
            title.lines().findFirst().orElseThrow(),
            GeneratedGoldenFilesTest.yaml(Environments.plan(Attempts.dropped(environment)).pod()));
  }

  private static ObjectNode asStored(Attempt attempt) throws IOException {
    var stored = (ObjectNode) JSON.readTree(YAML.asJson(Attempts.dropped(attempt.environment())));
    stored.remove("status");
    return stored;
  }

  private List<String> violations(ObjectNode environment) throws IOException {
    var file = folder.resolve("godev.yaml");
    Files.writeString(file, environment.toString());
    var ran = Ran.godev("lint", "-o", "json", "--platform=Other", file.toString());
    List<String> found = new ArrayList<>();
    for (var finding : JSON.readTree(ran.out())) {
      if (finding.path("level").asText().equals("Violation")) {
        found.add(finding.toString());
      }
    }
    return found;
  }
}
