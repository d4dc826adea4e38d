package io.godev.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Connections on which a watch that is silent for too long has failed, so that it is started again.
 *
 * <p>A connection can stay up while nothing passes any more, and the client has neither a ping nor
 * an idle timeout: it would notice after five to twelve minutes. The API server sends a bookmark
 * about every minute; where it has none to send, a new watch costs one request.
 */
final class SilenceLimit implements HttpClient.Factory {
  /** More than what is between two bookmarks. */
  static final Duration LIMIT = Duration.ofSeconds(90);

  private final HttpClient.Factory connections;
  private final Duration limit;
  private final ScheduledExecutorService timer;

  SilenceLimit(HttpClient.Factory connections, Duration limit, ScheduledExecutorService timer) {
    this.connections = connections;
    this.limit = limit;
    this.timer = timer;
  }

  @Override
  public HttpClient.Builder newBuilder(Config config) {
    return limited(connections.newBuilder(config));
  }

  @Override
  public HttpClient.Builder newBuilder() {
    return limited(connections.newBuilder());
  }

  private HttpClient.Builder limited(HttpClient.Builder builder) {
    return with(HttpClient.Builder.class, builder, "build", none -> limited(builder.build()));
  }

  private HttpClient limited(HttpClient client) {
    return with(
        HttpClient.class,
        client,
        "newWebSocketBuilder",
        none -> limited(client.newWebSocketBuilder()));
  }

  private WebSocket.Builder limited(WebSocket.Builder builder) {
    return with(
        WebSocket.Builder.class,
        builder,
        "buildAsync",
        arguments -> builder.buildAsync(new LimitedListener((WebSocket.Listener) arguments[0])));
  }

  /** The object, but for one method. */
  private static <T> T with(Class<T> type, T object, String method, Function<Object[], ?> instead) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method)) {
                return instead.apply(arguments);
              }
              try {
                var result = called.invoke(object, arguments);
                // a builder returns itself
                return result == object ? proxy : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  /** Passes on what comes, until nothing did for too long. */
  private final class LimitedListener implements WebSocket.Listener {
    private final WebSocket.Listener listener;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile long heard;

    LimitedListener(WebSocket.Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onOpen(WebSocket socket) {
      heard = System.nanoTime();
      listener.onOpen(socket);
      lookLater(socket, limit.toNanos());
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
      heard = System.nanoTime();
      if (!ended.get()) {
        listener.onMessage(socket, text);
      }
    }

    @Override
    public void onMessage(WebSocket socket, ByteBuffer bytes) {
      heard = System.nanoTime();
      if (!ended.get()) {
        listener.onMessage(socket, bytes);
      }
    }

    @Override
    public void onClose(WebSocket socket, int code, String reason) {
      if (ended.compareAndSet(false, true)) {
        listener.onClose(socket, code, reason);
      }
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      if (ended.compareAndSet(false, true)) {
        listener.onError(socket, error);
      }
    }

    private void lookLater(WebSocket socket, long nanos) {
      timer.schedule(() -> look(socket), nanos, TimeUnit.NANOSECONDS);
    }

    private void look(WebSocket socket) {
      if (ended.get()) {
        return;
      }
      var left = limit.toNanos() - (System.nanoTime() - heard);
      if (left > 0) {
        lookLater(socket, left);
        return;
      }
      onError(socket, new IOException("nothing came for " + limit.toSeconds() + " s"));
      // the farewell may not arrive either, then the connection is closed without an answer
      socket.sendClose(1000, null);
    }
  }
}
