package io.godev.cli.up;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.common.Failure;
import io.godev.cli.sync.Arrival;
import io.godev.cli.sync.SyncClient;
import io.godev.cli.sync.SyncCommand;
import io.godev.cli.sync.SyncProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The source, as far as it is this machine's business: pushed while this is open, or somebody
 * else's.
 */
final class Source implements AutoCloseable {
  private final SyncClient sync; // null where it comes from elsewhere

  private Source(SyncClient sync) {
    this.sync = sync;
  }

  /** Begins to push, if the environment's source is pushed. */
  static Source of(
      KubernetesClient client,
      GoDevEnvironment environment,
      Path folder,
      CommandSpec command,
      boolean once,
      boolean takeOver)
      throws IOException {
    if (environment.getSpec().source().sync() == null) {
      return new Source(null);
    }
    SyncCommand.requireModule(folder);
    var line = command.commandLine();
    var progress = new SyncProgress(line.getOut(), line.getErr());
    var sync = SyncCommand.client(client, environment, folder, progress, once, takeOver);
    sync.start();
    return new Source(sync);
  }

  boolean isPushed() {
    return sync != null;
  }

  /** What was pushed first; null while that is under way. */
  Arrival arrival() {
    var first = sync.firstPush();
    return first.isDone() && !first.isCompletedExceptionally() ? first.join() : null;
  }

  boolean hasFailed() {
    return sync != null && sync.ended().isCompletedExceptionally();
  }

  /**
   * Returns if nothing went wrong so far.
   *
   * @throws Failure otherwise
   */
  void check() {
    if (hasFailed()) {
      await();
    }
  }

  /** Waits until all is pushed, which without "once" is never. */
  void await() {
    if (sync == null) {
      return;
    }
    try {
      sync.ended().get();
    } catch (ExecutionException e) {
      throw new Failure(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    if (sync != null) {
      sync.close();
    }
  }
}
