package io.godev.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A proxy that opens TLS, on the machine the cluster runs on: testcluster/cmd/outside. */
final class CompanyProxy implements AutoCloseable {
  private final Process process;
  private final Path authority;
  private final Path log;
  private final String address;

  private CompanyProxy(Process process, Path authority, Path log, String address) {
    this.process = process;
    this.authority = authority;
    this.log = log;
    this.address = address;
  }

  /** Starts it on the address that GODEV_HOST_IP names, which pods reach. */
  static CompanyProxy start(Path folder) throws IOException {
    var program = folder.resolve("outside");
    run(
        new ProcessBuilder("go", "build", "-o", program.toString(), "./cmd/outside")
            .directory(Path.of("testcluster").toFile()));
    var address = required("GODEV_HOST_IP") + ":3128";
    var authority = folder.resolve("ca.pem");
    var log = folder.resolve("proxy.log");
    var process =
        new ProcessBuilder(
                program.toString(), "proxy", "--listen", address, "--ca-out", authority.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Awaitility.await("the proxy listens")
        .atMost(Duration.ofSeconds(20))
        .until(() -> Files.exists(log) && Files.readString(log).contains("ready"));
    return new CompanyProxy(process, authority, log, address);
  }

  String address() {
    return address;
  }

  Path authority() {
    return authority;
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor(10, TimeUnit.SECONDS);
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

  private static String required(String variable) {
    var value = System.getenv(variable);
    if (value == null) {
      throw new IllegalStateException(variable + " is not set; \"make test\" sets it");
    }
    return value;
  }
}
