package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.matrix.Field;
import io.godev.matrix.Mutation;
import io.godev.plan.EnvironmentPlan;
import io.godev.plan.Environments;
import io.godev.plan.Overlay;
import io.godev.plan.Planner;
import io.godev.plan.PodDecision;
import io.godev.resolve.Resolution;
import io.godev.resolve.Resolver;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every field of the spec with everything that may be wrong in it, against the real API server.
 *
 * <p>Either the API server or the rules refuse it with words that name the field, or every object
 * that is planned from it is accepted, and is to the operator as planned once it is stored.
 */
class MatrixIT {
  @RegisterExtension static final Cluster cluster = new Cluster("e2e-matrix");

  private static final Resolver RESOLVER = new Resolver(Environments.DEFAULTS);
  private static final Planner PLANNER =
      new Planner(Environments.DEFAULTS, () -> Environments.AUTHORITY);
  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private static Stream<GoDevEnvironment> bases() {
    return Mutation.bases().values().stream()
        .map(
            base ->
                JSON.unmarshal(
                    dryRun("/apis/godev.io/v1alpha1", "godevenvironments", base.toString()),
                    GoDevEnvironment.class));
  }

  @ParameterizedTest
  @MethodSource("bases")
  void aBaseIsAcceptedWithEverythingPlannedFromIt(GoDevEnvironment base) {
    // When
    var plan = Environments.plan(base);

    // Then
    assertThat(objects(plan).flatMap(object -> faultsOf(plan, object))).isEmpty();
  }

  private static List<Field> fields() {
    return Field.all();
  }

  @ParameterizedTest
  @MethodSource("fields")
  @Execution(ExecutionMode.CONCURRENT)
  void aMutationIsRefusedByNameOrEverythingPlannedFromItIsAccepted(Field field) {
    // When
    var faults =
        Mutation.of(field).stream()
            .flatMap(mutation -> faults(mutation).map(fault -> mutation + ": " + fault))
            .toList();

    // Then
    assertThat(faults).isEmpty();
  }

  private static Stream<String> faults(Mutation mutation) {
    String stored;
    try {
      stored =
          dryRun("/apis/godev.io/v1alpha1", "godevenvironments", mutation.environment().toString());
    } catch (KubernetesClientException refusal) {
      return isForTheUser(refusal) && mutation.field().isNamedIn(message(refusal))
          ? Stream.empty()
          : Stream.of("refused, but not by its name: " + message(refusal));
    }
    try {
      // what comes back is what the operator reads
      return faultsOf(mutation, JSON.unmarshal(stored, GoDevEnvironment.class));
    } catch (RuntimeException e) {
      return Stream.of("accepted, and the operator throws " + e);
    }
  }

  private static Stream<String> faultsOf(Mutation mutation, GoDevEnvironment environment) {
    var resolution = RESOLVER.resolve(environment);
    if (resolution instanceof Resolution.Rejected rejected) {
      return rejected.violations().stream()
              .anyMatch(violation -> mutation.field().isNamedIn(violation.toString()))
          ? Stream.empty()
          : Stream.of("rejected, but not by its name: " + rejected.violations());
    }
    var plan = PLANNER.plan(((Resolution.Resolved) resolution).environment());
    return objects(plan).flatMap(object -> faultsOf(plan, object));
  }

  private static Stream<HasMetadata> objects(EnvironmentPlan plan) {
    return Stream.concat(plan.objects().stream(), Stream.of(plan.pod()));
  }

  private static Stream<String> faultsOf(EnvironmentPlan plan, HasMetadata planned) {
    HasMetadata stored;
    try {
      stored =
          JSON.unmarshal(
              dryRun(
                  planned.getApiVersion().contains("/")
                      ? "/apis/" + planned.getApiVersion()
                      : "/api/v1",
                  planned instanceof PersistentVolume ? null : cluster.namespace(),
                  HasMetadata.getPlural(planned.getClass()),
                  JSON.asJson(planned)),
              planned.getClass());
    } catch (KubernetesClientException refusal) {
      return Stream.of(
          "accepted, and its %s is refused: %s".formatted(planned.getKind(), message(refusal)));
    }
    if (stored instanceof Pod pod) {
      if (JSON.asJson(pod).contains("\\u0000")) {
        return Stream.of("accepted, and no process takes the zero byte in its pod");
      }
      var decision = PodDecision.of(plan, pod, Instant.now());
      return decision instanceof PodDecision.Keep keep && keep.pending().isEmpty()
              || plan.environment().isSuspended()
          ? Stream.empty()
          : Stream.of("accepted, and its pod would not be left: " + decision);
    }
    return new Overlay(JSON).of(stored, planned) == null
        ? Stream.empty()
        : Stream.of("accepted, and its %s would be written again".formatted(planned.getKind()));
  }

  private static boolean isForTheUser(KubernetesClientException refusal) {
    return refusal.getCode() >= 400 && refusal.getCode() < 500;
  }

  private static String message(KubernetesClientException refusal) {
    return refusal.getStatus() == null ? refusal.getMessage() : refusal.getStatus().getMessage();
  }

  private static String dryRun(String api, String plural, String object) {
    return dryRun(api, cluster.namespace(), plural, object);
  }

  // without a namespace for what is in none
  private static String dryRun(String api, String namespace, String plural, String object) {
    return cluster
        .client()
        .raw(
            "%s%s/%s?dryRun=All&fieldValidation=Strict"
                .formatted(api, namespace == null ? "" : "/namespaces/" + namespace, plural),
            "POST",
            object);
  }
}
