package io.godev.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * What a company's network has between itself and the world, on the machine the cluster runs on:
 * testcluster/cmd/outside.
 */
final class Outside implements AutoCloseable {
  /** The only login there is. */
  static final String USER = "gopher";

  static final String PASSWORD = "secret";

  private final Process process;
  private final Path authority;
  private final Path log;

  private Outside(Process process, Path authority, Path log) {
    this.process = process;
    this.authority = authority;
    this.log = log;
  }

  /** An address on this machine, at GODEV_HOST_IP, which pods reach. */
  static String address(int port) {
    var host = System.getenv("GODEV_HOST_IP");
    if (host == null) {
      throw new IllegalStateException("GODEV_HOST_IP is not set; \"make test\" sets it");
    }
    return host + ":" + port;
  }

  /** An HTTP proxy that opens TLS with an authority of its own. */
  static Outside proxy(Path folder, String address) {
    return start(folder, "proxy", "--listen", address);
  }

  /** The same, for those who log in. */
  static Outside proxyWithLogin(Path folder, String address) {
    return start(
        folder, "proxy", "--listen", address, "--user", USER, "--password", "not-" + PASSWORD);
  }

  /**
   * A module proxy that behaves as its path says, in plain HTTP and with an authority of its own.
   */
  static Outside modules(Path folder, String address, String tlsAddress) {
    return start(
        folder,
        "modules",
        "--listen",
        address,
        "--tls-listen",
        tlsAddress,
        "--user",
        USER,
        "--password",
        PASSWORD);
  }

  /** A server of the bare Git repositories in a folder, in plain HTTP and the same with TLS. */
  static Outside git(Path folder, Path repositories, String address, String tlsAddress) {
    return start(
        folder,
        "git",
        "--listen",
        address,
        "--tls-listen",
        tlsAddress,
        "--folder",
        repositories.toAbsolutePath().toString(),
        "--user",
        USER,
        "--password",
        PASSWORD);
  }

  /** The certificate of its authority, in PEM. */
  String authority() {
    return read(authority);
  }

  /** What it was asked, a line per request. */
  String log() {
    return read(log);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor(10, TimeUnit.SECONDS);
  }

  private static Outside start(Path folder, String... arguments) {
    try {
      Files.createDirectories(folder);
      var program = folder.resolve("outside").toAbsolutePath();
      run(
          new ProcessBuilder("go", "build", "-o", program.toString(), "./cmd/outside")
              .directory(Path.of("testcluster").toFile()));
      var authority = folder.resolve("ca.pem");
      var log = folder.resolve("log");
      List<String> command = new ArrayList<>(List.of(program.toString()));
      command.addAll(List.of(arguments));
      command.addAll(List.of("--ca-out", authority.toString()));
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      var outside = new Outside(process, authority, log);
      Awaitility.await("it listens: " + String.join(" ", command))
          .atMost(Duration.ofSeconds(20))
          .until(() -> outside.log().contains("ready"));
      return outside;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(ProcessBuilder builder) throws IOException {
    var process = builder.inheritIO().start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", builder.command()) + " failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
