package io.godev.operator;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.regex.Pattern;

/** Counts what the API server is asked, by method, resource and answer. */
final class ApiRequests implements Interceptor {
  // /api/v1/… or /apis/GROUP/VERSION/…, then perhaps namespaces/NAME, RESOURCE, NAME, SUBRESOURCE
  private static final Pattern PATH =
      Pattern.compile(
          "/(?:api|apis/[^/]+)/[^/]+(?:/namespaces/[^/]+)?/(?<resource>[^/]+)(?:/[^/]+(?:/(?<sub>[^/]+))?)?");
  private static final String NO_ANSWER = "none";

  private final MeterRegistry registry;

  ApiRequests(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    count(request.method(), request.uri().getPath(), String.valueOf(response.code()));
  }

  @Override
  public void afterConnectionFailure(HttpRequest request, Throwable failure) {
    count(request.method(), request.uri().getPath(), NO_ANSWER);
  }

  /** Counts a request; a watch, which has no method, is none. */
  void count(String method, String path, String code) {
    if (method != null) {
      Counter.builder("godev.api.requests")
          .description("Requests to the API server, without watches; code none: no answer came")
          .tag("method", method)
          .tag("resource", resource(path))
          .tag("code", code)
          .register(registry)
          .increment();
    }
  }

  /** The resource that a path of the API names, with its subresource: pods, or pods/resize. */
  static String resource(String path) {
    var match = PATH.matcher(path);
    if (!match.matches()) {
      return "other";
    }
    var sub = match.group("sub");
    return sub == null ? match.group("resource") : match.group("resource") + "/" + sub;
  }
}
