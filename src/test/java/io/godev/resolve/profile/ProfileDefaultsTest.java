package io.godev.resolve.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevProfileSpec;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an environment leaves out, its profile says. */
class ProfileDefaultsTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // the environment's, the profile's, both together
        "{} | {go: {version: '1.25'}} | {go: {version: '1.25'}}",
        "{go: {version: '1.26'}} | {go: {version: '1.25', flags: [-race]}} | {go: {version: '1.26', flags: [-race]}}",
        "{go: {flags: [-v]}} | {go: {flags: [-race]}} | {go: {flags: [-v]}}",
        "{go: {flags: []}} | {go: {flags: [-race]}} | {go: {flags: []}}",
        "{go: {env: [{name: B, value: x}]}} | {go: {env: [{name: A, value: y}, {name: B, value: y}]}} | {go: {env: [{name: A, value: y}, {name: B, value: x}]}}",
        "{run: {env: [{name: A, value: x}]}} | {run: {env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]}} | {run: {env: [{name: A, value: x}]}}",
        "{run: {readiness: {tcpSocket: {port: 80}}}} | {run: {readiness: {httpGet: {path: /, port: 80}}}} | {run: {readiness: {tcpSocket: {port: 80}}}}",
        "{proxy: {caBundle: {name: mine}}} | {proxy: {http: 'http://p', caBundle: {name: ours, key: k}}} | {proxy: {http: 'http://p', caBundle: {name: mine}}}",
        "{resources: {limits: {cpu: '1'}}} | {resources: {limits: {cpu: '2', memory: 2Gi}}} | {resources: {limits: {cpu: '1', memory: 2Gi}}}",
      })
  void membersAreJoined(String written, String defaults, String together) {
    assertThat(ProfileDefaults.under(spec(written), defaults(defaults))).isEqualTo(spec(together));
  }

  @Test
  void aClaimIsTheWorkspaceWhateverTheProfileSaysOfIts() {
    // When
    var spec =
        ProfileDefaults.under(
            YAML.unmarshal("---\nsource: {claim: {name: code}}", GoDevEnvironmentSpec.class),
            defaults("{storage: {workspace: {size: 1Gi}, cache: {size: 2Gi}}}"));

    // Then
    assertThat(spec.storage().workspace()).isNull();
    assertThat(spec.storage().cache().size()).hasToString("2Gi");
  }

  @Test
  void whoFollowsABranchReloads() {
    // Given
    var git =
        YAML.unmarshal(
            "---\nsource: {git: {url: 'https://git.example.com/a', follow: {everySeconds: 5}}}",
            GoDevEnvironmentSpec.class);

    // Then
    assertThat(ProfileDefaults.under(git, defaults("{reload: {mode: 'Off'}}")).reload().mode())
        .isNull();
  }

  @Test
  void everyMemberOfAnEnvironmentThatCanHaveADefaultHasOneInAProfile() {
    assertThat(members(GoDevProfileSpec.Defaults.class))
        .containsExactlyElementsOf(
            members(GoDevEnvironmentSpec.class).stream()
                // what each environment has to say for itself; the API server protects by what is
                // written
                .filter(
                    name ->
                        !Set.of("mode", "profile", "source", "deletionProtection").contains(name))
                .toList());
  }

  private static Set<String> members(Class<?> type) {
    return new TreeSet<>(
        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList());
  }

  private static GoDevEnvironmentSpec spec(String members) {
    return YAML.unmarshal(
        "---\n{source: {module: {path: m, version: v1.0.0}}"
            + (members.equals("{}") ? "}" : ", " + members.substring(1)),
        GoDevEnvironmentSpec.class);
  }

  private static GoDevProfileSpec.Defaults defaults(String members) {
    return YAML.unmarshal("---\n" + members, GoDevProfileSpec.Defaults.class);
  }
}
