package io.godev.cli.sync;

import io.methvin.watcher.DirectoryChangeEvent;
import io.methvin.watcher.DirectoryChangeEvent.EventType;
import io.methvin.watcher.DirectoryChangeListener;
import io.methvin.watcher.DirectoryWatcher;
import io.methvin.watcher.visitor.FileTreeVisitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.slf4j.helpers.NOPLogger;

/** The operating system's events of the folder and all below it. */
final class Watcher implements AutoCloseable {
  private final DirectoryWatcher watcher;

  private Watcher(DirectoryWatcher watcher) {
    this.watcher = watcher;
  }

  /**
   * Starts to watch.
   *
   * @param changed gets the path of everything that may have changed, "" if that is not known
   * @param ignored says which folders need no events
   * @param lost is called once if there will be no more events
   * @throws IOException if the system gives none, such as at a limit of its own
   */
  static Watcher start(
      Path root, Consumer<String> changed, BiPredicate<String, Boolean> ignored, Runnable lost)
      throws IOException {
    var watcher =
        DirectoryWatcher.builder()
            .path(root)
            // it would read each file; whether one changed is judged elsewhere
            .fileHashing(false)
            .fileTreeVisitor(new Folders(root, ignored))
            .logger(NOPLogger.NOP_LOGGER)
            .listener(new Listener(root, changed))
            .build();
    try {
      // registers the folders before it returns
      var running =
          watcher.watchAsync(
              task -> {
                var thread = new Thread(task, "watcher");
                thread.setDaemon(true);
                thread.start();
              });
      if (running.isCompletedExceptionally()) {
        running.join();
      }
      running.whenComplete((done, failure) -> lost.run());
    } catch (RuntimeException e) {
      watcher.close();
      throw new IOException(e.getMessage(), e);
    }
    return new Watcher(watcher);
  }

  @Override
  public void close() throws IOException {
    watcher.close();
  }

  private record Listener(Path root, Consumer<String> changed) implements DirectoryChangeListener {
    @Override
    public void onEvent(DirectoryChangeEvent event) {
      if (event.eventType() == EventType.OVERFLOW || event.path() == null) {
        changed.accept("");
      } else {
        changed.accept(Names.slashes(root.relativize(event.path())));
      }
    }

    @Override
    public void onException(Exception e) {
      changed.accept("");
    }
  }

  private record Folders(Path root, BiPredicate<String, Boolean> ignored)
      implements FileTreeVisitor {
    @Override
    public void recursiveVisitFiles(Path start, Callback onFolder, Callback onFile)
        throws IOException {
      try {
        Files.walkFileTree(start, new Visitor(onFolder, onFile));
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }

    private final class Visitor extends SimpleFileVisitor<Path> {
      private final Callback onFolder;
      private final Callback onFile;

      Visitor(Callback onFolder, Callback onFile) {
        this.onFolder = onFolder;
        this.onFile = onFile;
      }

      @Override
      public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
          throws IOException {
        if (!folder.equals(root) && ignored.test(Names.slashes(root.relativize(folder)), true)) {
          return FileVisitResult.SKIP_SUBTREE;
        }
        onFolder.call(folder);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        onFile.call(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException e) {
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path folder, IOException e) {
        return FileVisitResult.CONTINUE;
      }
    }
  }
}
