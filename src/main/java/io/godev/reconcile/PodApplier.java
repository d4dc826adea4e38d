package io.godev.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.assess.Obstacle;
import io.godev.plan.EnvironmentPlan;
import io.godev.plan.EnvironmentPod;
import io.godev.plan.PodDecision;
import io.godev.plan.PodResources;
import io.godev.plan.WaitingRestart;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what was decided about the pod. */
final class PodApplier {
  private static final Logger LOG = LoggerFactory.getLogger(PodApplier.class);

  private final KubernetesClient client;
  private final Clock clock;
  private final Insistence insistence;
  private final Rehearsals rehearsals;
  private Duration delay;
  private boolean keeps;

  PodApplier(KubernetesClient client, Clock clock, Insistence insistence, Rehearsals rehearsals) {
    this.client = client;
    this.clock = clock;
    this.insistence = insistence;
    this.rehearsals = rehearsals;
  }

  /**
   * What became of the pod.
   *
   * @param pod as it is now, or null
   * @param pending what a restart would change
   */
  record Outcome(Pod pod, List<String> pending) {
    static Outcome left(Pod pod) {
      return new Outcome(pod, List.of());
    }
  }

  /** How long until the pod has to be looked at again although nothing may happen, or null. */
  Duration delay() {
    return delay;
  }

  /**
   * Why a pod that is to be replaced has to be kept: the cluster would refuse the one in its place.
   * Then this pass keeps it whatever is planned.
   */
  Optional<Obstacle.Refusal> rehearse(EnvironmentPlan plan, Pod pod, RuntimeReport report) {
    if (!(decide(plan, pod, report) instanceof PodDecision.Remove)
        || plan.environment().isSuspended()
        || PodDecision.isFailed(pod)) {
      return Optional.empty();
    }
    var refusal = rehearsals.refusal(pod, plan.pod());
    keeps = refusal.isPresent();
    delay = keeps ? Applier.RETRY : null;
    return refusal;
  }

  private PodDecision decide(EnvironmentPlan plan, Pod pod, RuntimeReport report) {
    var now = clock.instant();
    return WaitingRestart.of(
        PodDecision.of(plan, asAskedFor(pod, PodResources.ofProgram(plan.pod())), now),
        plan,
        pod,
        report,
        now);
  }

  Outcome apply(Applier objects, EnvironmentPlan plan, Pod pod, RuntimeReport report) {
    var wanted = PodResources.ofProgram(plan.pod());
    var decision = decide(plan, pod, report);
    if (!keeps) {
      delay = WaitingRestart.nextLook(decision, plan, pod, report, clock.instant());
    }
    if (decision instanceof PodDecision.Create create) {
      var created = objects.create(create.pod());
      created.ifPresent(stored -> answered(wanted, stored));
      return Outcome.left(created.orElse(null));
    }
    if (decision instanceof PodDecision.Remove && keeps) {
      return Outcome.left(pod);
    }
    if (decision instanceof PodDecision.Remove remove) {
      LOG.info(
          "removing the pod because {} namespace={} name={}",
          remove.why(),
          pod.getMetadata().getNamespace(),
          pod.getMetadata().getName());
      objects.delete(pod);
      return Outcome.left(objects.wentByThePast() ? pod : leaving(pod));
    }
    if (decision instanceof PodDecision.Resize resize) {
      return new Outcome(resize(objects, pod, resize.resources()), resize.pending());
    }
    if (decision instanceof PodDecision.Annotate annotate) {
      return new Outcome(annotate(objects, pod, annotate.annotations()), annotate.pending());
    }
    if (decision instanceof PodDecision.Keep keep) {
      return new Outcome(pod, keep.pending());
    }
    delay = ((PodDecision.Wait) decision).delay();
    return Outcome.left(pod);
  }

  // whatever it shows, it is not the pod of this spec any more
  private Pod leaving(Pod pod) {
    return new PodBuilder(pod)
        .editMetadata()
        .withDeletionTimestamp(clock.instant().toString())
        .endMetadata()
        .build();
  }

  private Pod resize(Applier objects, Pod pod, ResourceRequirements resources) {
    var patch =
        Map.of(
            "metadata",
            Map.of("resourceVersion", version(pod)),
            "spec",
            Map.of(
                "containers", List.of(Map.of("name", EnvironmentPod.DEV, "resources", resources))));
    try {
      // the list is merged by the container's name; a JSON merge patch, which would replace it, is
      // refused
      var resized =
          client
              .resource(pod)
              .subresource("resize")
              .patch(
                  PatchContext.of(PatchType.STRATEGIC_MERGE),
                  client.getKubernetesSerialization().asJson(patch));
      answered(resources, resized);
      return resized;
    } catch (KubernetesClientException e) {
      if (Applier.isOutdated(e)) {
        objects.outdated(e);
        return pod;
      }
      return objects.refused(pod, e).orElse(pod);
    }
  }

  // where the API server insists on other resources, those that were asked for are what counts
  private Pod asAskedFor(Pod pod, ResourceRequirements wanted) {
    if (pod == null || !insistence.covers(pod, PodResources.ofProgram(pod), wanted)) {
      return pod;
    }
    var copy = new PodBuilder(pod).build();
    PodResources.program(copy).setResources(wanted);
    return copy;
  }

  private void answered(ResourceRequirements planned, Pod stored) {
    var made = PodResources.ofProgram(stored);
    if (!PodResources.same(planned, made)) {
      insistence.note(stored, made, planned);
    }
  }

  // with it a change that was made already, and that the watch does not show yet, is refused
  private static String version(Pod seen) {
    return seen.getMetadata().getResourceVersion();
  }

  private Pod annotate(Applier objects, Pod pod, Map<String, String> annotations) {
    var patch =
        Map.of("metadata", Map.of("resourceVersion", version(pod), "annotations", annotations));
    try {
      return client
          .resource(pod)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              client.getKubernetesSerialization().asJson(patch));
    } catch (KubernetesClientException e) {
      objects.outdated(e);
      return pod;
    }
  }
}
