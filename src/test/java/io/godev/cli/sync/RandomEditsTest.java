package io.godev.cli.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that is edited at random while connections break. */
class RandomEditsTest {
  private static final long SEED = Long.getLong("godev.seed", 20261124);
  private static final int EDITS = Integer.getInteger("godev.edits", 1000);
  private static final int CUTS = 20;

  @TempDir private Path folder;

  @Test
  void thousandEditsAndTwentyCutsEndByteIdenticalAndTheFolderIsNeverTouched() throws Exception {
    // Given
    var local = Files.createDirectory(folder.resolve("local"));
    var untouched = Files.createDirectory(folder.resolve("untouched"));
    var workspace = Files.createDirectory(folder.resolve("workspace"));
    var runtime = new Runtime(workspace);
    var edits = new RandomEdits(SEED, local, untouched);
    var random = new Random(SEED);
    var connections = new AtomicInteger();
    var kept = new AtomicInteger();
    Deque<String> done = new ArrayDeque<>();
    for (var i = 0; i < 50; i++) {
      done.add(edits.next());
    }
    var listener =
        new SyncListener() {
          @Override
          public void connected(String place) {
            connections.incrementAndGet();
          }

          @Override
          public void kept(String path, String as) {
            kept.incrementAndGet();
          }
        };

    // When
    try (var client = new SyncClient(local, runtime, listener, "alice", false, false)) {
      client.start();
      for (var i = 1; i <= EDITS; i++) {
        done.add(i + " " + edits.next());
        if (done.size() > 60) {
          done.remove();
        }
        if (random.nextInt(20) == 0) {
          Thread.sleep(random.nextInt(100)); // so that edits meet every state of the client
        }
        if (i % (EDITS / CUTS) == 0) {
          awaitConnection(connections, i / (EDITS / CUTS));
          runtime.kill();
        }
        if (i % (EDITS / 10) == EDITS / 20) {
          awaitEqual(local, workspace, i);
        }
      }

      // Then
      awaitEqual(local, workspace, EDITS);
    } catch (Throwable e) {
      System.out.printf("seed %d, the last edits: %s%n", SEED, String.join("; ", done));
      throw e;
    }
    System.out.printf(
        "%d edits, %d connections, %d files in the end%n",
        EDITS, connections.get(), Trees.of(local).size());
    assertThat(connections.get()).isGreaterThan(CUTS);
    assertThat(Trees.difference(local, untouched)).isEmpty();
    // nobody edits there: nothing is to be saved from being overwritten
    assertThat(kept.get()).isZero();
  }

  private static void awaitConnection(AtomicInteger connections, int count) {
    Awaitility.await("connection " + count)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> connections.get() >= count);
  }

  private static void awaitEqual(Path local, Path workspace, int edit) throws IOException {
    Awaitility.await("the workspace is as the folder is after edit " + edit)
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(Trees.difference(workspace, local)).isEmpty());
  }
}
