package io.godev.reconcile.report;

import static java.net.HttpURLConnection.HTTP_FORBIDDEN;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the runtimes of environments report to: HTTPS, bounded in size, rate, time and number, so
 * that nobody who sends too much holds up the others or the reconciler.
 */
public final class ReportEndpoint implements AutoCloseable {
  /** Path of the one request there is, a POST. */
  public static final String PATH = "/v1/report";

  private static final Logger LOG = LoggerFactory.getLogger(ReportEndpoint.class);
  private static final int LARGEST = 16 * 1024;
  private static final int MOST_IGNORED = 4 * 1024 * 1024;
  private static final int THREADS = 2;
  private static final int WAITING = 100;
  private static final int IDLE_SECONDS = 60;
  private static final Duration REFRESH = Duration.ofMinutes(10);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final String BEARER = "Bearer ";

  private final Vertx vertx;
  private final CertificateSource source;
  private final Intake intake;
  private final Allowance allowance;
  private final ExecutorService workers =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          task -> {
            var thread = new Thread(task, "reports");
            thread.setDaemon(true);
            return thread;
          });
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private volatile CertificateSource.Identity identity;
  private volatile HttpServer server;
  private volatile long timer;

  /**
   * An endpoint that is not open yet.
   *
   * @param client for the reviews of tokens and the status; not that of the reconciler
   */
  public ReportEndpoint(
      Vertx vertx, KubernetesClient client, CertificateSource source, Clock clock) {
    this.vertx = vertx;
    this.source = source;
    this.intake = new Intake(client, new Tokens(client, clock));
    this.allowance = new Allowance(clock);
  }

  /**
   * The authorities, in PEM, by which the runtime trusts this endpoint; waits until it is open.
   *
   * @throws java.util.concurrent.CompletionException if it cannot be opened
   */
  public String authorities() {
    opened.join();
    return identity.authorities();
  }

  /**
   * Opens it in the background, as soon as the API server answers.
   *
   * @param port to listen on; 0 for any
   * @param failed is told if it cannot be opened: there are no certificates, or the port is taken
   */
  public void open(int port, Consumer<RuntimeException> failed) {
    workers.execute(
        () -> {
          try {
            identity = awaitIdentity();
            listen(port);
            opened.complete(null);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            opened.completeExceptionally(e);
            failed.accept(e);
          }
        });
  }

  private CertificateSource.Identity awaitIdentity() throws InterruptedException {
    while (true) {
      try {
        return source.refresh();
      } catch (KubernetesClientException e) {
        if (e.getCode() == HTTP_FORBIDDEN || e.getCode() == HTTP_NOT_FOUND) {
          throw e;
        }
        LOG.warn("the certificates of the report's endpoint cannot be had yet: {}", e.getMessage());
      }
      Thread.sleep(AGAIN.toMillis());
    }
  }

  private void listen(int port) {
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setKeyCertOptions(keys(identity))
                    .setIdleTimeout(IDLE_SECONDS)
                    .setDecompressionSupported(false))
            .requestHandler(this::receive)
            .exceptionHandler(e -> LOG.debug("a connection to the report's endpoint failed", e));
    try {
      server.listen(port).toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      throw new IllegalStateException(
          "the report's endpoint cannot listen on port " + port + ": " + e.getCause(), e);
    }
    timer = vertx.setPeriodic(REFRESH.toMillis(), id -> workers.execute(this::refresh));
    LOG.info("runtimes report to port {}", server.actualPort());
  }

  /** The port it listens on, once it is open. */
  int port() {
    opened.join();
    return server.actualPort();
  }

  @Override
  public void close() {
    if (server != null) {
      vertx.cancelTimer(timer);
      server.close();
    }
    workers.shutdownNow();
  }

  /** Looks after the certificates, and serves with those that are good now. */
  void refresh() {
    try {
      var found = source.refresh();
      if (!found.equals(identity)) {
        var options = new HttpServerOptions().setKeyCertOptions(keys(found)).getSslOptions();
        server.updateSSLOptions(options).toCompletionStage().toCompletableFuture().join();
        identity = found;
        LOG.info("the report's endpoint has other certificates now");
      }
    } catch (RuntimeException e) {
      LOG.warn(
          "the certificates of the report's endpoint cannot be looked after: {}", e.toString());
    }
  }

  private static PemKeyCertOptions keys(CertificateSource.Identity identity) {
    return new PemKeyCertOptions()
        .setCertValue(Buffer.buffer(identity.certificate()))
        .setKeyValue(Buffer.buffer(identity.key()));
  }

  private void receive(HttpServerRequest request) {
    if (!request.path().equals(PATH) || request.method() != HttpMethod.POST) {
      answer(request, new Answer(404, "POST " + PATH + " is all there is"));
      return;
    }
    if (!allowance.take(request.remoteAddress().hostAddress())) {
      answer(request, Answer.TOO_MANY);
      return;
    }
    var token = token(request);
    if (token.isEmpty()) {
      answer(request, Answer.UNAUTHORIZED);
      return;
    }
    var body = Buffer.buffer();
    request.handler(part -> collect(request, body, part));
    request.endHandler(
        end -> {
          if (body.length() > LARGEST) {
            answer(request, Answer.TOO_LARGE);
          } else {
            hand(request, token.get(), body.getBytes());
          }
        });
  }

  // who sends too much hears so after its last byte, unless it never comes to that
  private static void collect(HttpServerRequest request, Buffer body, Buffer part) {
    if (body.length() <= LARGEST) {
      body.appendBuffer(part);
    }
    if (request.bytesRead() > MOST_IGNORED) {
      request.connection().close();
    }
  }

  private static Optional<String> token(HttpServerRequest request) {
    return Optional.ofNullable(request.getHeader("Authorization"))
        .filter(header -> header.startsWith(BEARER))
        .map(header -> header.substring(BEARER.length()))
        .filter(token -> !token.isEmpty());
  }

  private void hand(HttpServerRequest request, String token, byte[] body) {
    try {
      workers.execute(() -> answer(request, taken(token, body)));
    } catch (RejectedExecutionException e) {
      answer(request, Answer.BUSY);
    }
  }

  private Answer taken(String token, byte[] body) {
    try {
      return intake.take(token, body);
    } catch (Tokens.Forbidden e) {
      return Answer.NOT_HERE;
    } catch (RuntimeException e) {
      LOG.warn("a report could not be taken in, it will be sent again: {}", e.toString());
      return Answer.BUSY;
    }
  }

  private static void answer(HttpServerRequest request, Answer answer) {
    var response = request.response().setStatusCode(answer.code());
    if (answer.code() == Answer.TOO_MANY.code()) {
      response.putHeader("Retry-After", "1");
    }
    response.end(answer.body());
  }
}
