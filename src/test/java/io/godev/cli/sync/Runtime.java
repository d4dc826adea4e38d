package io.godev.cli.sync;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The real {@code godevd receive} as a process of this machine, and connections to it. */
final class Runtime implements Transport.Connector {
  private static final Path PROGRAM = Path.of("target", "godevd").toAbsolutePath();
  private static boolean built;

  private final Path workspace;
  private final AtomicReference<Process> last = new AtomicReference<>();

  Runtime(Path workspace) {
    this.workspace = workspace;
    build();
  }

  @Override
  public Transport connect(boolean takeOver) throws IOException, SyncException {
    List<String> command =
        new ArrayList<>(List.of(PROGRAM.toString(), "receive", "--workspace=" + workspace));
    if (takeOver) {
      command.add("--take-over");
    }
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    last.set(process);
    return new LocalProcess(process);
  }

  /** Ends the runtime of the last connection as a node that goes away does. */
  void kill() {
    var process = last.get();
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private static synchronized void build() {
    if (built) {
      return;
    }
    try {
      var process =
          new ProcessBuilder("go", "build", "-o", PROGRAM.toString(), "./cmd/godevd")
              .directory(Path.of("runtime").toFile())
              .inheritIO()
              .start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("godevd does not build");
      }
      built = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private record LocalProcess(Process process) implements Transport {
    @Override
    public InputStream input() {
      return process.getInputStream();
    }

    @Override
    public OutputStream output() {
      return process.getOutputStream();
    }

    @Override
    public String place() {
      return "process " + process.pid();
    }

    @Override
    public void close() throws IOException {
      // what exec does to a program whose client is gone: its stdin ends
      process.getOutputStream().close();
      process.getInputStream().close();
    }
  }
}
