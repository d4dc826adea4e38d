package io.godev.plan;

import static io.godev.plan.Environments.environment;
import static io.godev.plan.Environments.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.godev.resolve.PlatformDefaults;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodHashesTest {

  @Test
  void theSameSpecGivesTheSameHashesWhateverTheOrderOfItsFiles() {
    // When
    var one = plan("source: {files: {go.mod: m, a.go: a, b.go: b}}");
    var other = plan("source: {files: {b.go: b, a.go: a, go.mod: m}}");

    // Then
    assertThat(written(one)).isEqualTo(written(other)).matches("[0-9a-f]{32}");
    assertThat(pod(one)).isEqualTo(pod(other)).matches("[0-9a-f]{32}");
  }

  @Test
  void anEnvironmentOfTheSameNameHasAnotherSpecHashAndTheSamePodHash() {
    // Given
    var successor = environment("");
    successor.getMetadata().setUid("another");

    // When
    var plan = plan(successor);

    // Then
    assertThat(written(plan)).isNotEqualTo(written(plan("")));
    assertThat(pod(plan)).isEqualTo(pod(plan("")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Suspended",
        "resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 4, memory: 8Gi}}",
        "storage: {workspace: {size: 9Gi}, cache: {size: 9Gi}, onDelete: Delete}",
      })
  void aLiveFieldIsInNeitherHash(String spec) {
    assertThat(written(plan(spec))).isEqualTo(written(plan("")));
    assertThat(pod(plan(spec))).isEqualTo(pod(plan("")));
  }

  @Test
  void theOperatorsDefaultsAreInThePodHashAlone() {
    // Given
    var next =
        new PlatformDefaults(
            "registry.example/godev-runtime:2", "golang:%s-bookworm", Environments.REPORT_URL);

    // When
    var upgraded =
        new Planner(next, () -> Environments.AUTHORITY)
            .plan(Environments.resolved(environment("")));

    // Then
    assertThat(written(upgraded)).isEqualTo(written(plan("")));
    assertThat(pod(upgraded)).isNotEqualTo(pod(plan("")));
  }

  @Test
  void theContentOfAFileIsInBothHashes() {
    // When
    var before = plan("source: {files: {go.mod: m, a.go: a}}");
    var after = plan("source: {files: {go.mod: m, a.go: b}}");

    // Then
    assertThat(written(after)).isNotEqualTo(written(before));
    assertThat(pod(after)).isNotEqualTo(pod(before));
  }

  @Test
  void aRestartRequestIsInNeitherHash() {
    // Given
    var asking = environment("");
    asking.getMetadata().setAnnotations(Map.of("godev.io/restart", "1"));

    // When
    var plan = plan(asking);

    // Then
    assertThat(written(plan)).isEqualTo(written(plan("")));
    assertThat(pod(plan)).isEqualTo(pod(plan("")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"500MiB", "500000000", "off"})
  void aMemoryLimitOfTheUsersOwnIsInThePodHash(String value) {
    // Given
    var spec = "go: {env: [{name: GOMEMLIMIT, value: \"%s\"}]}";

    // Then
    assertThat(pod(plan(spec.formatted(value)))).isNotEqualTo(pod(plan(spec.formatted("1GiB"))));
  }

  private static String written(EnvironmentPlan plan) {
    return plan.pod().getMetadata().getAnnotations().get(PodHashes.WRITTEN);
  }

  private static String pod(EnvironmentPlan plan) {
    return plan.pod().getMetadata().getAnnotations().get(PodHashes.POD);
  }
}
