package io.godev.reconcile;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.godev.assess.Announcement;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes announcements as Events of what they are about. An Event that cannot be written changes
 * nothing else.
 */
public final class Announcer {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
  // https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/apis/core/validation/events.go
  private static final int MESSAGE_LIMIT = 1024;

  private final KubernetesClient client;
  private final Clock clock;

  public Announcer(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  public void announce(HasMetadata about, Announcement news) {
    try {
      client.resource(event(about, news)).create();
    } catch (KubernetesClientException e) {
      // the same news of a pass whose status did not get written, or a namespace that goes away
      if (e.getCode() != HTTP_CONFLICT && !isTerminating(e)) {
        LOG.warn(
            "an Event could not be written namespace={} name={}: {}",
            about.getMetadata().getNamespace(),
            about.getMetadata().getName(),
            e.getMessage());
      }
    }
  }

  private static boolean isTerminating(KubernetesClientException e) {
    return e.getCode() == HTTP_NOT_FOUND
        || e.getMessage() != null && e.getMessage().contains("is being terminated");
  }

  private Event event(HasMetadata about, Announcement news) {
    var meta = about.getMetadata();
    var now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    return new EventBuilder()
        .withNewMetadata()
        .withName(
            "%s.%08x%08x"
                .formatted(
                    meta.getName(),
                    Objects.hash(meta.getUid(), meta.getResourceVersion()),
                    Objects.hash(news.reason(), news.message())))
        .withNamespace(meta.getNamespace())
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion(about.getApiVersion())
        .withKind(about.getKind())
        .withName(meta.getName())
        .withNamespace(meta.getNamespace())
        .withUid(meta.getUid())
        .endInvolvedObject()
        .withType(news.warning() ? "Warning" : "Normal")
        .withReason(news.reason())
        .withMessage(
            news.message().length() <= MESSAGE_LIMIT
                ? news.message()
                : news.message().substring(0, MESSAGE_LIMIT - 1) + "…")
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .withNewSource()
        .withComponent(EnvironmentReconciler.NAME)
        .endSource()
        .withReportingComponent(EnvironmentReconciler.NAME)
        .build();
  }
}
