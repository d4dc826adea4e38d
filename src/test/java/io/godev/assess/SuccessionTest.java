package io.godev.assess;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.plan.EnvironmentPlan;
import io.godev.plan.Environments;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Old and new together are over the quota in each of these; the question is the new one alone. */
class SuccessionTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  // 250m and 256Mi are asked for, 2 and 1Gi are the limits
  private final Pod running = running(Environments.plan(""));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // the running pod fills the quota
        "pods | 1 | 1 |",
        "count/pods | 1 | 1 |",
        "limits.cpu | 2 | 2 |",
        "limits.memory | 1Gi | 1Gi |",
        "requests.cpu | 250m | 250m |",
        "cpu | 250m | 250m |",
        "memory | 256Mi | 256Mi |",
        // others use some of it too
        "pods | 3 | 3 |",
        "limits.cpu | 5 | 5 |",
        // it was lowered after the pod was made
        "pods | 3 | 2 | requested: pods=1, used: pods=2, limited: pods=2",
        "pods | 1 | 0 | requested: pods=1, used: pods=0, limited: pods=0",
        "limits.cpu | 2 | 1 | requested: limits.cpu=2, used: limits.cpu=0, limited: limits.cpu=1",
        "limits.memory | 3Gi | 2Gi | requested: limits.memory=1073741824, used: limits.memory=2147483648, limited: limits.memory=2147483648",
        "requests.cpu | 1 | 900m | requested: requests.cpu=0.25, used: requests.cpu=0.75, limited: requests.cpu=0.9",
        // what no pod uses is not the pod's
        "services | 9 | 1 |",
        "requests.storage | 9Gi | 1Gi |",
        "requests.nvidia.com/gpu | 2 | 1 |",
      })
  void thePodThatIsGivenUpMakesRoomForTheSame(
      String name, String used, String hard, String refusal) {
    // When
    var after =
        Succession.refusal(
            refused("exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1"),
            running,
            Environments.plan("run: {args: [-v]}").pod(),
            List.of(quota("q", used, hard, name)));

    // Then
    assertThat(after.map(Obstacle.Refusal::message))
        .isEqualTo(Optional.ofNullable(refusal).map(words -> "exceeded quota: q, " + words));
  }

  @Test
  void whatTheNewPodAsksForMoreHasToFit() {
    // Given
    var larger = Environments.plan("resources: {limits: {cpu: 4}}").pod();
    var together =
        refused(
            "exceeded quota: q, requested: limits.cpu=4, used: limits.cpu=2, limited: limits.cpu=3");

    // When
    var after =
        Succession.refusal(together, running, larger, List.of(quota("q", "2", "3", "limits.cpu")));

    // Then
    assertThat(after.map(Refusals::message).orElseThrow())
        .startsWith(
            "The ResourceQuota q of this namespace leaves too little for the Pod shop, which exceeds"
                + " limits.cpu by 1 (4 asked for, 3 left)");
  }

  @Test
  void everyQuotaOfTheNamespaceHasToHaveRoom() {
    // Given: the first that refuses is filled by the running pod, another one was lowered
    var objects = quota("objects", "1", "1", "pods");
    var compute = quota("compute", "2", "1", "limits.cpu");

    // When
    var after =
        Succession.refusal(
            refused("exceeded quota: objects, requested: pods=1, used: pods=1, limited: pods=1"),
            running,
            Environments.plan("").pod(),
            List.of(objects, compute));

    // Then
    assertThat(after.orElseThrow().message()).startsWith("exceeded quota: compute, ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{scopes: [NotTerminating, NotBestEffort]} | true",
        "{scopes: [Terminating]} | false",
        "{scopes: [NotTerminating, BestEffort]} | false",
        "{scopes: [CrossNamespacePodAffinity]} | false",
        "{scopes: [PriorityClass]} | true",
        "{scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [dev]}]}} | true",
        "{scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}} | false",
        "{scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: NotIn, values: [high]}]}} | true",
        "{scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: NotIn, values: [dev]}]}} | false",
        "{scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: Exists}]}} | true",
        "{scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: DoesNotExist}]}} | false",
        "{scopeSelector: {matchExpressions: [{scopeName: NotBestEffort, operator: Exists}]}} | true",
        "{scopeSelector: {matchExpressions: [{scopeName: Terminating, operator: Exists}]}} | false",
      })
  void aQuotaOfOtherPodsDoesNotCount(String spec, boolean counts) {
    // Given
    running.getSpec().setPriorityClassName("dev");
    var quota = quota("q", "1", "0", "pods");
    quota.setSpec(YAML.unmarshal("spec: " + spec, ResourceQuota.class).getSpec());

    // When
    var after =
        Succession.refusal(
            refused("exceeded quota: other, requested: pods=1, used: pods=1, limited: pods=1"),
            running,
            Environments.plan("").pod(),
            List.of(quota));

    // Then
    assertThat(after.isPresent()).isEqualTo(counts);
  }

  @Test
  void aProgramThatHasEndedFreesOnlyItsObject() {
    // Given
    running.getStatus().setPhase("Succeeded");
    var cpu = quota("cpu", "0", "1", "limits.cpu");
    var count = quota("count", "1", "1", "count/pods");
    var beside =
        refused(
            "exceeded quota: count, requested: count/pods=1, used: count/pods=1, limited: count/pods=1");

    // Then
    assertThat(Succession.refusal(beside, running, Environments.plan("").pod(), List.of(count)))
        .isEmpty();
    assertThat(
            Succession.refusal(beside, running, Environments.plan("").pod(), List.of(count, cpu))
                .orElseThrow()
                .message())
        .contains("used: limits.cpu=0");
  }

  @Test
  void whatIsAddedToEachPodOnItsWayCountsForBoth() {
    // Given
    var injected =
        new ContainerBuilder()
            .withName("injected")
            .withNewResources()
            .withLimits(Map.of("cpu", new Quantity("1")))
            .endResources()
            .build();
    var with = new PodBuilder(running).editSpec().addToContainers(injected).endSpec().build();
    var beside = refused("exceeded quota: other, requested: pods=1, used: pods=1, limited: pods=1");

    // When
    var after =
        Succession.refusal(
            beside, with, Environments.plan("").pod(), List.of(quota("q", "3", "2", "limits.cpu")));

    // Then
    assertThat(after.orElseThrow().message())
        .contains("requested: limits.cpu=3, used: limits.cpu=0, limited: limits.cpu=2");
  }

  @ParameterizedTest
  @CsvSource({"2, 2, true", "3, 2, false"})
  void whereQuotasCannotBeListedWhatTheRefusalSaysOfOneCounts(int used, int limited, boolean fits) {
    // When
    var after =
        Succession.refusal(
            refused(
                "pods \"shop-next\" is forbidden: exceeded quota: q, requested: limits.cpu=2, used: limits.cpu=%d, limited: limits.cpu=%d"
                    .formatted(used, limited)),
            running,
            Environments.plan("").pod(),
            List.of());

    // Then
    assertThat(after.isEmpty()).isEqualTo(fits);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "maximum memory usage per Container is 512Mi, but limit is 1Gi",
        "violates PodSecurity \"restricted:latest\"",
        "failed quota: q: must specify requests.example.com/gpu",
        "admission webhook \"images\" denied the request",
      })
  void anyOtherRefusalStands(String message) {
    assertThat(
            Succession.refusal(
                refused(message),
                running,
                Environments.plan("").pod(),
                List.of(quota("q", "1", "1", "pods"))))
        .contains(refused(message));
  }

  private static Obstacle.Refusal refused(String message) {
    return new Obstacle.Refusal("Pod", "shop", message);
  }

  private static ResourceQuota quota(String quota, String used, String hard, String name) {
    return new ResourceQuotaBuilder()
        .withNewMetadata()
        .withName(quota)
        .endMetadata()
        .withNewStatus()
        .withUsed(Map.of(name, new Quantity(used)))
        .withHard(Map.of(name, new Quantity(hard)))
        .endStatus()
        .build();
  }

  private static Pod running(EnvironmentPlan plan) {
    return new PodBuilder(plan.pod()).withNewStatus().withPhase("Running").endStatus().build();
  }
}
