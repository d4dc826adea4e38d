package io.godev.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.godev.assess.Observation;
import io.godev.plan.EnvironmentPlan;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** What the API server answers, and what it was asked. */
final class Answers {
  static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);
  static final String CLAIMS = "/api/v1/namespaces/team/persistentvolumeclaims";
  static final String POLICIES = "/apis/networking.k8s.io/v1/namespaces/team/networkpolicies";
  static final String PODS = "/api/v1/namespaces/team/pods";
  static final String POD = PODS + "/shop";

  /** The environment is as it was seen. */
  static final Basis CURRENT = basis(true, true);

  private Answers() {}

  static Basis basis(boolean isThere, boolean isCurrent) {
    return new Basis() {
      @Override
      public boolean isThere() {
        return isThere;
      }

      @Override
      public boolean isCurrent() {
        return isCurrent;
      }
    };
  }

  /** Nothing of an environment is there yet. */
  static Observation nothing() {
    return new Observation(null, List.of(), List.of(), List.of());
  }

  /** All that is planned is there, and the program runs. */
  static Observation everything(EnvironmentPlan plan) {
    return new Observation(running(plan), objects(plan), List.of(), List.of());
  }

  static List<HasMetadata> objects(EnvironmentPlan plan) {
    return plan.objects().stream().map(Answers::stored).toList();
  }

  static Pod running(EnvironmentPlan plan) {
    return new PodBuilder(stored(plan.pod()))
        .withNewStatus()
        .withPhase("Running")
        .addNewContainerStatus()
        .withName("dev")
        .withRestartCount(0)
        .withNewState()
        .withNewRunning("2026-01-01T11:01:00Z")
        .endState()
        .endContainerStatus()
        .endStatus()
        .build();
  }

  /** The object as the API server has it. */
  static <T extends HasMetadata> T stored(T object) {
    var stored = Serialization.clone(object);
    stored.getMetadata().setResourceVersion("1");
    stored.getMetadata().setCreationTimestamp("2026-01-01T11:00:00Z");
    return stored;
  }

  static Status failure(int code, String message) {
    return new StatusBuilder().withStatus("Failure").withCode(code).withMessage(message).build();
  }

  static Status success() {
    return new StatusBuilder().withStatus("Success").build();
  }

  /** Method and path of each request of a test; to be asked once. */
  static List<String> requests(KubernetesMockServer server) {
    return taken(server).stream()
        .map(request -> request.getMethod() + " " + request.getPath())
        .toList();
  }

  /** Each request of a test; to be asked once. */
  static List<RecordedRequest> taken(KubernetesMockServer server) {
    try {
      List<RecordedRequest> requests = new ArrayList<>();
      for (int count = server.getRequestCount(); count > 0; count--) {
        requests.add(server.takeRequest());
      }
      return requests;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The last request of a test. */
  static RecordedRequest last(KubernetesMockServer server) {
    try {
      return server.getLastRequest();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
