package io.godev.reconcile;

import static java.net.HttpURLConnection.HTTP_BAD_REQUEST;
import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_FORBIDDEN;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.assess.Obstacle;
import io.godev.assess.Refusals;
import io.godev.assess.Succession;
import io.godev.resolve.Resolution;
import io.godev.resolve.ResolvedEnvironment;
import io.godev.resolve.Resolver;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the cluster whether it would take a pod in the place of one that runs, before that one is
 * given up ({@code docs/adr/0010}).
 */
final class Rehearsals {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsals.class);
  // its own name is taken by the pod that runs
  private static final String SUFFIX = "-next";
  // what is forgotten is asked again
  private static final int LIMIT = 1_000;

  private record Refused(Pod running, Pod successor, Obstacle.Refusal refusal, Instant at) {
    boolean isOf(Pod otherRunning, Pod otherSuccessor) {
      return Objects.equals(running.getMetadata().getUid(), otherRunning.getMetadata().getUid())
          && successor.equals(otherSuccessor);
    }
  }

  private final Map<String, Refused> refused =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Refused> eldest) {
          return size() > LIMIT;
        }
      };

  private final KubernetesClient client;
  private final Clock clock;

  Rehearsals(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Why the successor would be refused; empty if it would be let in. */
  Optional<Obstacle.Refusal> refusal(Pod running, Pod successor) {
    var known = known(running);
    if (known != null
        && known.isOf(running, successor)
        && clock.instant().isBefore(known.at().plus(Applier.RETRY))) {
      return Optional.of(known.refusal());
    }
    var answer = ask(running, successor);
    note(running, successor, answer.orElse(null));
    return answer;
  }

  /** The resolution of a spec whose pod would be refused: whatever it was, that is wrong too. */
  static Resolution refused(
      GoDevEnvironment environment, Pod running, Resolution resolution, Obstacle.Refusal refusal) {
    var field =
        isAccepted(environment) && asksForARestart(environment, running)
            ? "metadata.annotations[" + ResolvedEnvironment.RESTART_ANNOTATION + "]"
            : "spec";
    return new Resolution.Rejected(
        Stream.concat(
                resolution instanceof Resolution.Rejected rejected
                    ? rejected.violations().stream()
                    : Stream.empty(),
                Stream.of(Refusals.ofReplacement(field, refusal)))
            .toList());
  }

  private static boolean isAccepted(GoDevEnvironment environment) {
    var status = environment.getStatus();
    return status != null
        && status.acceptedSpec() != null
        && Objects.equals(
            status.acceptedSpec().generation(), environment.getMetadata().getGeneration());
  }

  private static boolean asksForARestart(GoDevEnvironment environment, Pod running) {
    var request = Resolver.restartRequest(environment);
    var known = running.getMetadata().getAnnotations();
    return !request.isEmpty()
        && (known == null || !request.equals(known.get(ResolvedEnvironment.RESTART_ANNOTATION)));
  }

  private Optional<Obstacle.Refusal> ask(Pod running, Pod successor) {
    var name = successor.getMetadata().getName();
    var beside =
        new PodBuilder(successor).editMetadata().withName(name + SUFFIX).endMetadata().build();
    try {
      client.resource(beside).dryRun(true).create();
      return Optional.empty();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HTTP_CONFLICT) {
        // somebody's pod has that name, which is found out last
        return Optional.empty();
      }
      if (e.getCode() == HTTP_BAD_REQUEST && message(e).contains("does not support dry run")) {
        LOG.info(
            "whether a pod gets in cannot be asked before the one that runs is removed namespace={} name={}: {}",
            successor.getMetadata().getNamespace(),
            name,
            message(e));
        return Optional.empty();
      }
      if (!Applier.isRefusal(e) || Applier.isPassing(message(e))) {
        throw e;
      }
      return Succession.refusal(
          new Obstacle.Refusal(successor.getKind(), name, message(e)),
          running,
          successor,
          quotas(successor.getMetadata().getNamespace()));
    }
  }

  private List<ResourceQuota> quotas(String namespace) {
    try {
      return client.resourceQuotas().inNamespace(namespace).list().getItems();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HTTP_FORBIDDEN) {
        throw e;
      }
      return List.of();
    }
  }

  private static String message(KubernetesClientException e) {
    return e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
  }

  private synchronized Refused known(Pod running) {
    return refused.get(key(running));
  }

  private synchronized void note(Pod running, Pod successor, Obstacle.Refusal refusal) {
    if (refusal == null) {
      refused.remove(key(running));
    } else {
      refused.put(key(running), new Refused(running, successor, refusal, clock.instant()));
    }
  }

  private static String key(Pod pod) {
    return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
  }
}
