package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.godev.api.v1alpha1.ConditionType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of failures in src/test/resources/failures: each really happens, is told by its reason,
 * by words that say what to do and by an Event, and is over once its cause is gone.
 *
 * <p>The first lines of a file say what is expected: the condition that is not true, its reason,
 * words of its message, and the change of the spec that mends it, if the spec is what is wrong.
 */
class FailureTableIT {
  private static final Path TABLE = Path.of("src/test/resources/failures");

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-failure-table");

  private static Stream<Path> failures() throws IOException {
    return Files.list(TABLE).sorted();
  }

  // the cases side by side, but not beside other classes, which count and measure
  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest
  @MethodSource("failures")
  void aFailureIsToldAndGoesOnceItsCauseIsGone(Path file) throws IOException {
    // Given
    var name = file.getFileName().toString().replace(".yaml", "");
    var header =
        Files.readAllLines(file).stream().takeWhile(line -> line.startsWith("# ")).toList();
    var type = ConditionType.valueOf(values(header, "condition").get(0));
    var reason = values(header, "reason").get(0);

    // When
    cluster.create(cluster.read(file));

    // Then
    var told = cluster.await(name, type, condition -> condition.reason().equals(reason));
    assertThat(told.holds()).isFalse();
    assertThat(told.message()).contains(values(header, "message"));
    assertThat(cluster.await(name, Ready, condition -> !condition.holds()).reason())
        .isEqualTo(reason);
    if (!reason.equals("NotAnswering")) {
      cluster.awaitThat(
          "an Event tells of it",
          Duration.ofSeconds(10),
          () -> assertThat(events(name)).extracting(Event::getReason).contains(reason));
    }

    // When
    for (var mended : values(header, "recover")) {
      cluster.edit(name, mended);

      // Then
      cluster.await(name, Ready, True);
    }
    cluster.environment(name).delete();
  }

  private static List<String> values(List<String> header, String key) {
    var prefix = "# " + key + ": ";
    return header.stream()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .toList();
  }

  private static List<Event> events(String name) {
    return cluster
        .client()
        .v1()
        .events()
        .inNamespace(cluster.namespace())
        .list()
        .getItems()
        .stream()
        .filter(
            event ->
                event.getInvolvedObject().getKind().equals("GoDevEnvironment")
                    && event.getInvolvedObject().getName().equals(name))
        .toList();
  }
}
