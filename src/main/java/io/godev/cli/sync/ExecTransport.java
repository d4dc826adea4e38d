package io.godev.cli.sync;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.dsl.ExecListener;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** A connection through the API server: {@code godevd receive} run as kubectl exec does it. */
final class ExecTransport implements Transport {
  private final String place;
  private final boolean near;
  private final ReceivedBytes input = new ReceivedBytes();
  private final ByteArrayOutputStream words = new ByteArrayOutputStream();
  private final ExecWatch exec;

  private ExecTransport(String place, boolean near, Function<ExecTransport, ExecWatch> start) {
    this.place = place;
    this.near = near;
    exec = start.apply(this);
  }

  /** Starts what the function starts, with {@link #out}, {@link #words} and a listener of this. */
  static ExecTransport start(String place, boolean near, Function<ExecTransport, ExecWatch> start) {
    return new ExecTransport(place, near, start);
  }

  OutputStream out() {
    return input.sink();
  }

  OutputStream words() {
    return words;
  }

  ExecListener listener() {
    return new ExecListener() {
      @Override
      public void onExit(int code, Status status) {
        input.end(code == 0 ? null : ended(code, status));
      }

      @Override
      public void onFailure(Throwable failure, Response response) {
        input.end(new IOException(failure.getMessage(), failure));
      }

      @Override
      public void onClose(int code, String reason) {
        input.end(null);
      }
    };
  }

  private IOException ended(int code, Status status) {
    var said = words.toString(StandardCharsets.UTF_8).strip();
    var why = status == null || status.getMessage() == null ? "" : status.getMessage();
    return new IOException(
        "godevd receive ended with code %d: %s".formatted(code, said.isEmpty() ? why : said));
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return exec.getInput();
  }

  @Override
  public boolean isNear() {
    return near;
  }

  @Override
  public String place() {
    return place;
  }

  @Override
  public void close() {
    exec.close();
    // the answer to a close may never come
    input.end(new IOException("closed"));
  }
}
