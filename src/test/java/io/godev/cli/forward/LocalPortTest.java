package io.godev.cli.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalPortTest {
  @Test
  void aTakenPortBecomesTheNextFreeOne() throws IOException {
    try (var first = free()) {
      // When
      try (var second = LocalPort.open(first.number());
          var third = LocalPort.open(first.number())) {
        // Then
        assertThat(second.number()).isGreaterThan(first.number());
        assertThat(third.number()).isGreaterThan(second.number());
        assertThat(LocalPort.isFree(second.number())).isFalse();
      }
    }
  }

  @Test
  void aPortThatAnotherProgramHasAtOneAddressIsTaken() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      // When
      try (var port = LocalPort.open(other.getLocalPort())) {
        // Then
        assertThat(port.number()).isGreaterThan(other.getLocalPort());
        assertThat(LocalPort.isFree(other.getLocalPort())).isFalse();
      }
    }
  }

  @Test
  void itIsThisMachinesAlone() throws IOException {
    try (var port = free()) {
      assertThat(port.servers()).isNotEmpty();
      for (var server : port.servers()) {
        assertThat(((InetSocketAddress) server.getLocalAddress()).getAddress())
            .matches(InetAddress::isLoopbackAddress);
      }
      try (var socket = new Socket("127.0.0.1", port.number())) {
        assertThat(socket.isConnected()).isTrue();
      }
    }
  }

  @Test
  void aClosedPortIsFreeAgain() throws IOException {
    // Given
    var port = free();

    // When
    port.close();

    // Then
    assertThat(LocalPort.isFree(port.number())).isTrue();
  }

  @Test
  void beyondTheLastPortThereIsNone() throws IOException {
    List<LocalPort> taken = new ArrayList<>();
    try {
      while (LocalPort.isFree(65_535)) {
        taken.add(LocalPort.open(65_535));
      }
      assertThatThrownBy(() -> LocalPort.open(65_535))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("none of the ports 65535 to 65535 is free");
    } finally {
      for (var port : taken) {
        port.close();
      }
    }
  }

  // above those that the system gives away by itself, so that the next ones are nobody's
  private static LocalPort free() throws IOException {
    return LocalPort.open(61_500);
  }
}
