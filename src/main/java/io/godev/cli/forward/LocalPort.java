package io.godev.cli.forward;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A port of this machine's loopback addresses, IPv4 and, where there is one, IPv6: what {@code
 * localhost} means differs between programs.
 */
public final class LocalPort implements AutoCloseable {
  private static final int TRIES = 100;
  private static final byte[] V4 = {127, 0, 0, 1};
  private static final byte[] V6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  private final int number;
  private final List<ServerSocketChannel> servers;

  private LocalPort(int number, List<ServerSocketChannel> servers) {
    this.number = number;
    this.servers = servers;
  }

  /** Opens the wanted port, or where it is taken the next one that is free. */
  static LocalPort open(int wanted) throws IOException {
    var last = Math.min(wanted + TRIES - 1, 65_535);
    for (var number = wanted; number <= last; number++) {
      try {
        return exactly(number);
      } catch (BindException e) {
        // taken, or below 1024 and for root alone: the next one
      }
    }
    throw new IOException("none of the ports %d to %d is free".formatted(wanted, last));
  }

  /** Whether a port can be opened here. */
  public static boolean isFree(int number) {
    try (var port = exactly(number)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static LocalPort exactly(int number) throws IOException {
    List<ServerSocketChannel> servers = new ArrayList<>();
    servers.add(bind(V4, number));
    try {
      servers.add(bind(V6, number));
    } catch (BindException e) {
      // taken by another program, which some clients of localhost would reach instead; but a
      // machine without IPv6 has no such address at all
      if (hasV6()) {
        servers.get(0).close();
        throw e;
      }
    } catch (IOException | UnsupportedOperationException e) {
      // no IPv6
    }
    return new LocalPort(number, servers);
  }

  private static boolean hasV6() {
    try (var any = bind(V6, 0)) {
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static ServerSocketChannel bind(byte[] address, int number) throws IOException {
    var server = ServerSocketChannel.open();
    try {
      return server.bind(new InetSocketAddress(loopback(address), number));
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static InetAddress loopback(byte[] address) {
    try {
      return InetAddress.getByAddress("localhost", address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 and 16 bytes always make an address", e);
    }
  }

  int number() {
    return number;
  }

  List<ServerSocketChannel> servers() {
    return servers;
  }

  @Override
  public void close() throws IOException {
    for (var server : servers) {
      server.close();
    }
  }
}
