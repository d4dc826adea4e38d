package io.godev.cli.sync;

import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godev.cli.sync.SyncListener.Pushed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against the real runtime, on this machine. */
class SyncClientTest {
  @TempDir private Path folder;
  private Path local;
  private Path workspace;
  private Runtime runtime;
  private final Told told = new Told();

  @BeforeEach
  void folders() throws IOException {
    local = Files.createDirectory(folder.resolve("local"));
    workspace = Files.createDirectory(folder.resolve("workspace"));
    runtime = new Runtime(workspace);
    write("go.mod", "module shop\r\n\r\ngo 1.26\r\n");
    write("a/main.go", "package main\n");
  }

  @Test
  void aFirstPushIsByteIdentical() throws Exception {
    // Given
    write("run.sh", "#!/bin/sh\r\n");
    Files.setPosixFilePermissions(
        local.resolve("run.sh"), PosixFilePermissions.fromString("rwxr--r--"));
    write("a/ünïcode 文.txt", "text");
    write("empty", "");
    Files.createDirectories(local.resolve("empty folder"));
    Files.createSymbolicLink(local.resolve("a/link"), Path.of("main.go"));
    write("a".repeat(200) + "/" + "b".repeat(200), "long names");
    var large = new byte[9 << 20];
    new Random(1).nextBytes(large);
    Files.write(local.resolve("large"), large);

    // When
    pushOnce(false);

    // Then
    assertThat(Trees.difference(workspace, local)).isEmpty();
    assertThat(told.pushed.take().bytes()).isGreaterThan(9 << 20);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void onlyWhatLeavesTheMachineIsCompressed(boolean near) throws Exception {
    // Given
    write("words", "package func return ".repeat(50_000));
    var counting = new CountingConnector(runtime, near);

    // When
    try (var client = new SyncClient(local, counting, told, "alice", true, false)) {
      client.start();
      client.ended().get(60, TimeUnit.SECONDS);
    }

    // Then
    assertThat(Trees.difference(workspace, local)).isEmpty();
    assertThat(counting.bytes()).isBetween(near ? 1_000_000L : 0, near ? 1_100_000L : 200_000);
  }

  @Test
  void theApiServerOfThisMachineIsNear() throws Exception {
    // Then
    assertThat(PodConnector.isHere("127.0.0.1")).isTrue();
    assertThat(PodConnector.isHere("localhost")).isTrue();
    assertThat(PodConnector.isHere("192.0.2.1")).isFalse();
    assertThat(PodConnector.isHere("no-such-host.invalid")).isFalse();
  }

  @Test
  void aConnectionThatWasMadeForAFolderThatIsGoneIsClosed() throws Exception {
    // Given
    var gone = Files.createDirectory(folder.resolve("gone"));
    var closed = new CompletableFuture<Void>();
    var client =
        new SyncClient(
            gone,
            takeOver -> new Closed(runtime.connect(takeOver), closed),
            told,
            "alice",
            true,
            false);
    Files.delete(gone);

    // When
    client.start();

    // Then
    assertThatThrownBy(() -> client.ended().get(10, TimeUnit.SECONDS)).hasMessageContaining("gone");
    closed.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aSecondPushSendsWhatIsDifferentAlone() throws Exception {
    // Given
    pushOnce(false);
    told.pushed.take();
    write("a/main.go", "package other\n");
    Files.delete(local.resolve("go.mod"));

    // When
    pushOnce(false);

    // Then
    assertThat(Trees.difference(workspace, local)).isEmpty();
    var second = told.pushed.take();
    assertThat(second.written()).isEqualTo(1);
    assertThat(second.removed()).isEqualTo(1);
    assertThat(told.problems).contains("go.mod: " + SyncClient.NO_MODULE);
  }

  @Test
  void aPushTellsWhetherItBroughtAnythingAndWhenThatWasInItsPlace() throws Exception {
    // Given
    var before = Instant.now();
    var first = pushOnce(false);
    var after = Instant.now();

    // When
    var second = pushOnce(false);

    // Then
    assertThat(first.isNews()).isTrue();
    assertThat(first.placed()).isBetween(before, after);
    assertThat(second).isEqualTo(new Arrival(false, null));
  }

  @Test
  void aRenameSendsNoContent() throws Exception {
    // Given
    write("data/large", "x".repeat(500_000));
    try (var client = follow()) {
      told.pushed.take();

      // When
      Files.move(local.resolve("data"), local.resolve("renamed"));

      // Then
      var pushed = told.pushed.poll(10, TimeUnit.SECONDS);
      assertThat(pushed.renamed()).isEqualTo(1);
      assertThat(pushed.bytes()).isZero();
      assertThat(Trees.difference(workspace, local)).isEmpty();
    }
  }

  @Test
  void moreChangesThanTheSystemTellsOfArriveAll() throws Exception {
    // Given: Java's watcher keeps 512 events of a folder
    try (var client = follow()) {
      // When
      for (var i = 0; i < 3000; i++) {
        Files.writeString(local.resolve("file" + i), "content " + i);
      }

      // Then
      awaitEqual();
    }
  }

  @Test
  void whatThePodMadeStaysAndWhatItChangedComesBack() throws Exception {
    // Given
    write("go.sum", "incomplete");
    pushOnce(false);
    Files.writeString(workspace.resolve("go.sum"), "completed");
    Files.writeString(workspace.resolve("a/main.go"), "edited in the pod");
    Files.writeString(workspace.resolve("program"), "built in the pod");

    // When
    pushOnce(false);

    // Then
    assertThat(workspace.resolve("go.sum")).hasContent("completed");
    assertThat(workspace.resolve("program")).hasContent("built in the pod");
    assertThat(workspace.resolve("a/main.go")).hasContent("package main");
    assertThat(workspace.resolve("a/main.go.saved")).hasContent("edited in the pod");
    assertThat(told.kept).containsExactly("a/main.go as a/main.go.saved");
  }

  @Test
  void aSecondClientIsRefusedAndMayTakeOver() throws Exception {
    try (var first = follow()) {
      // Then
      assertThatThrownBy(() -> pushOnce(false))
          .hasCauseInstanceOf(SyncException.class)
          .hasMessageContaining("alice syncs since ")
          .hasMessageContaining("--take-over");

      // When
      pushOnce(true);

      // Then
      assertThatThrownBy(() -> first.ended().get(10, TimeUnit.SECONDS))
          .hasMessageContaining("alice took over");
    }
  }

  @Test
  void aPushThatBreaksGoesOnWithoutWhatArrived() throws Exception {
    // Given
    var content = new byte[20_000];
    var random = new Random(1);
    for (var i = 0; i < 1000; i++) {
      random.nextBytes(content);
      Files.write(local.resolve("file" + i), content);
    }
    var breaking = new BreakingConnector(runtime, 12_000_000);

    // When
    try (var client = new SyncClient(local, breaking, told, "alice", true, false)) {
      client.start();
      client.ended().get(60, TimeUnit.SECONDS);
      assertThat(client.firstPush().join().isNews()).isTrue();
    }

    // Then
    assertThat(Trees.difference(workspace, local)).isEmpty();
    assertThat(breaking.connections()).isEqualTo(2);
    // each batch has 2 MiB, and four may be on their way
    assertThat(told.pushed.take().bytes()).isBetween(8_000_000L, 20_000_000L);
  }

  @Test
  void aFolderThatIsWrittenAllTheTimeIsPushedAllTheSame() throws Exception {
    // Given: a file is written with each batch, and the system tells of it before the answer comes
    var written = new AtomicInteger();
    var meddling =
        new MeddlingConnector(
            runtime,
            Frame.END,
            () -> {
              write("busy", "content " + written.incrementAndGet());
              Thread.sleep(150);
            });

    // When
    try (var client = new SyncClient(local, meddling, told, "alice", false, false)) {
      client.start();
      client.firstPush().get(10, TimeUnit.SECONDS);
      meddling.stop();

      // Then
      assertThat(written.get()).isPositive();
      awaitEqual();
    }
  }

  @Test
  void aLargeFileThatGetsShorterWhileItIsReadDoesNotKeepTheRest() throws Exception {
    // Given: it is cut with each batch that begins, so that what its header says is never there
    write("large", "x".repeat(6 << 20));
    var size = new AtomicInteger(6 << 20);
    var meddling =
        new MeddlingConnector(
            runtime,
            Frame.BEGIN,
            () -> {
              try (var file = Files.newByteChannel(local.resolve("large"), WRITE)) {
                file.truncate(size.addAndGet(-1000));
              }
            });

    // When
    try (var client = new SyncClient(local, meddling, told, "alice", false, false)) {
      client.start();
      client.firstPush().get(20, TimeUnit.SECONDS);

      // Then
      assertThat(workspace.resolve("a/main.go")).hasContent("package main");
      assertThat(workspace.resolve("large")).doesNotExist();
      assertThat(meddling.connections()).isEqualTo(1);

      // When
      meddling.stop();

      // Then
      awaitEqual();
    }
  }

  private void write(String path, String content) throws IOException {
    Files.createDirectories(local.resolve(path).getParent());
    Files.writeString(local.resolve(path), content);
  }

  private Arrival pushOnce(boolean takeOver) throws Exception {
    try (var client = new SyncClient(local, runtime, told, "alice", true, takeOver)) {
      client.start();
      client.ended().get(60, TimeUnit.SECONDS);
      return client.firstPush().join();
    }
  }

  private SyncClient follow() throws Exception {
    var client = new SyncClient(local, runtime, told, "alice", false, false);
    client.start();
    client.firstPush().get(60, TimeUnit.SECONDS);
    return client;
  }

  private void awaitEqual() {
    Awaitility.await("the workspace is as the folder is")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(Trees.difference(workspace, local)).isEmpty());
  }

  /** Tells that it was closed. */
  private static final class Closed extends WrappedTransport {
    private final CompletableFuture<Void> closed;

    Closed(Transport transport, CompletableFuture<Void> closed) {
      super(transport);
      this.closed = closed;
    }

    @Override
    public void close() throws IOException {
      super.close();
      closed.complete(null);
    }
  }

  /** What clients said. */
  private static final class Told implements SyncListener {
    private final BlockingQueue<Pushed> pushed = new LinkedBlockingQueue<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final List<String> kept = new CopyOnWriteArrayList<>();

    @Override
    public void firstPush(Pushed all) {
      pushed.add(all);
    }

    @Override
    public void pushed(Pushed some) {
      pushed.add(some);
    }

    @Override
    public void problem(String path, String problem) {
      problems.add(path + ": " + problem);
    }

    @Override
    public void kept(String path, String as) {
      kept.add(path + " as " + as);
    }
  }
}
