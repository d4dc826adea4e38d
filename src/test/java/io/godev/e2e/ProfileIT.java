package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.cluster.Platform;
import io.godev.plan.Environments;
import io.godev.resolve.Resolution;
import io.godev.resolve.Resolver;
import io.godev.resolve.profile.KnownProfiles;
import io.godev.resolve.profile.ProfileMatrix;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Profiles on the real cluster: at admission, by the operator, and while they are in use. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProfileIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-profile");

  private static Map<String, GoDevProfile> ofTheMatrix() {
    return ProfileMatrix.cases().stream()
        .collect(
            Collectors.toMap(
                ProfileMatrix.Case::profileName, ProfileMatrix.Case::profile, (one, other) -> one));
  }

  @BeforeAll
  void theProfilesOfTheMatrix() {
    ofTheMatrix().values().forEach(profile -> cluster.client().resource(profile).create());
    // the last of them is known to the policy when it refuses by it
    cluster.awaitThat(
        "the policy knows every profile",
        SOON,
        () ->
            assertThat(cases())
                .filteredOn(of -> of.isOutside() && of.policy().equals("Reject"))
                .allSatisfy(of -> assertThat(refusal(of)).isNotNull()));
  }

  @AfterAll
  void nothingIsLeft() {
    Stream.concat(ofTheMatrix().keySet().stream(), Stream.of("held", "in-use"))
        .forEach(name -> cluster.client().resources(GoDevProfile.class).withName(name).delete());
  }

  private static List<ProfileMatrix.Case> cases() {
    return ProfileMatrix.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theApiServerRefusesWhatTheOperatorWouldRefuse(ProfileMatrix.Case of) {
    // Given
    var resolution =
        new Resolver(
                Environments.DEFAULTS,
                () -> Platform.UNKNOWN,
                new KnownProfiles(List.of(of.profile()), namespace -> Map.of()))
            .resolve(of.environment());

    // When
    var refusal = refusal(of);

    // Then
    assertThat(refusal != null).isEqualTo(resolution instanceof Resolution.Rejected);
    if (refusal != null) {
      assertThat(refusal)
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining(of.field().replaceAll("\\[.*", ""))
          .hasMessageContaining(of.profileName());
    }
  }

  @Test
  void aWishIsBroughtDownAndASpecThatCameInBeforeIsRejected() {
    // Given
    profile("held", "limits: {memory: {most: 512Mi, policy: Clamp}}");

    // When
    create("clamped", "profile: held, resources: {limits: {memory: 4Gi}}");

    // Then
    assertThat(cluster.await("clamped", ConditionType.Clamped, Condition.Status.True).message())
        .contains("held", "spec.resources.limits.memory: 4Gi → 512Mi");
    var status = cluster.environment("clamped").get().getStatus();
    assertThat(status.profile()).isEqualTo("held");

    // When
    change("held", profile -> with(profile, "limits: {memory: {most: 256Mi, policy: Reject}}"));

    // Then
    assertThat(
            cluster
                .awaitEnvironment(
                    "clamped",
                    SOON,
                    environment ->
                        environment
                            .getStatus()
                            .condition(ConditionType.Accepted)
                            .reason()
                            .equals("OutsideProfile"))
                .getStatus()
                .condition(ConditionType.Accepted)
                .message())
        .contains("spec.resources.limits.memory", "held");

    // a suspension is never refused
    cluster.edit("clamped", "{\"spec\": {\"mode\": \"Suspended\"}}");
    cluster.await("clamped", ConditionType.Accepted, Condition.Status.True);
    cluster.environment("clamped").delete();
  }

  @Test
  void aProfileInUseCannotBeDeletedAndNumbersAreKept() {
    // Given
    var profile = profile("in-use", "limits: {environmentsPerNamespace: 1}");
    create("first", "profile: in-use, mode: Suspended");
    cluster.await("first", ConditionType.Accepted, Condition.Status.True);

    // When
    create("second", "profile: in-use, mode: Suspended");

    // Then
    assertThat(cluster.await("second", ConditionType.Accepted, Condition.Status.False).reason())
        .isEqualTo("TooManyEnvironments");
    assertThat(Health.of(cluster, "second")).isEqualTo(Health.FAILED);
    cluster.awaitThat(
        "the API server refuses to delete it",
        SOON,
        () ->
            assertThat(catchThrowable(() -> cluster.client().resource(profile).dryRun().delete()))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("environments go by the profile in-use"));

    // When
    cluster.environment("first").delete();

    // Then
    cluster.awaitEnvironment(
        "second",
        Duration.ofSeconds(40),
        environment -> environment.getStatus().condition(ConditionType.Accepted).holds());
    cluster.environment("second").delete();
    cluster.awaitThat(
        "it can be deleted",
        Duration.ofSeconds(90),
        () ->
            assertThatCode(() -> cluster.client().resource(profile).dryRun().delete())
                .doesNotThrowAnyException());
  }

  @Test
  void aPodThatSaysItIsOfAProfileIsWhatItDemands() {
    // Given
    var of =
        cases().stream()
            .filter(one -> one.limit().equals("memory") && one.policy().equals("Reject"))
            .findFirst()
            .orElseThrow();

    // Then
    assertThat(catchThrowable(() -> pod(of.profileName(), "1Gi"))).isNull();
    assertThat(catchThrowable(() -> pod(of.profileName(), "8Gi")))
        .hasMessageContaining("limits.memory of the profile " + of.profileName());
  }

  private static void pod(String profile, String memory) {
    var pod =
        new PodBuilder(
                cluster
                    .client()
                    .getKubernetesSerialization()
                    .unmarshal(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: by-hand, labels: {godev.io/profile: %s}}
                        spec:
                          securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
                          containers:
                          - name: dev
                            image: golang:1.26-bookworm
                            resources: {limits: {cpu: "1", memory: %s}}
                            securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                        """
                            .formatted(profile, memory),
                        io.fabric8.kubernetes.api.model.Pod.class))
            .build();
    cluster.client().resource(pod).inNamespace(cluster.namespace()).dryRun().create();
  }

  private static Throwable refusal(ProfileMatrix.Case of) {
    var environment = of.environment();
    environment.getMetadata().setNamespace(cluster.namespace());
    environment.getMetadata().setUid(null);
    return catchThrowable(() -> cluster.client().resource(environment).dryRun().create());
  }

  private static GoDevProfile profile(String name, String spec) {
    var profile = new GoDevProfile();
    profile.getMetadata().setName(name);
    return cluster.client().resource(with(profile, spec)).create();
  }

  private static GoDevProfile with(GoDevProfile profile, String spec) {
    profile.setSpec(
        cluster
            .client()
            .getKubernetesSerialization()
            .unmarshal("---\nspec:\n  " + spec, GoDevProfile.class)
            .getSpec());
    return profile;
  }

  private static void change(String name, Function<GoDevProfile, GoDevProfile> change) {
    cluster.client().resources(GoDevProfile.class).withName(name).edit(change::apply);
  }

  private static void create(String name, String spec) {
    cluster.create(
        cluster
            .client()
            .getKubernetesSerialization()
            .unmarshal(
                """
                apiVersion: godev.io/v1alpha1
                kind: GoDevEnvironment
                metadata: {name: %s}
                spec: {source: {module: {path: example.com/shop, version: v1.2.3}}, %s}
                """
                    .formatted(name, spec),
                GoDevEnvironment.class));
  }
}
